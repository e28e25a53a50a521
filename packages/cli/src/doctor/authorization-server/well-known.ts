/** Where an authorization server's metadata may be, by its issuer. */
export interface WellKnown {
  /** The issuer as it was given, or as the address of its metadata says. */
  readonly issuer: string
  /** RFC 8414 §3.1: before the issuer's path. */
  readonly oauth: URL
  /** OpenID Connect Discovery 1.0 §4: behind it. */
  readonly openid: URL
}

const oauth = '/.well-known/oauth-authorization-server'
const openid = '/.well-known/openid-configuration'

/** Works out the addresses of the metadata; the address of a metadata document itself is understood, too. */
export function wellKnownOf(url: URL, given: string): WellKnown {
  const issuer = issuerOf(url) ?? given
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return { issuer, oauth: new URL(oauth + path, origin), openid: new URL(path + openid, origin) }
}

function issuerOf({ origin, pathname }: URL): string | undefined {
  if (pathname === oauth || pathname.startsWith(`${oauth}/`)) return origin + pathname.slice(oauth.length)
  return pathname.endsWith(openid) ? origin + pathname.slice(0, -openid.length) : undefined
}
