import { asFetchFault, FetchFault } from './fetch-fault.ts'
import { type DocumentRequest, getDocument } from './http-document.ts'
import { parseJsonDocument } from './json-document.ts'
import type { Source } from './source.ts'
import { isAcceptableUrl, nameOfUrl } from './url.ts'

const maxMetadataBytes = 65_536

/**
 * The `jwks_uri` of an issuer's metadata: RFC 8414 first, then OpenID Connect discovery.
 *
 * @throws FetchFault of the document that came closest, or the signal's reason
 */
export async function discoverJwksUri(
  source: Source,
  request: Omit<DocumentRequest, 'maxBytes' | 'headers'>,
): Promise<URL> {
  const faults: FetchFault[] = []
  for (const url of source.metadataUrls) {
    try {
      const { body } = await getDocument(url, { ...request, headers: {}, maxBytes: maxMetadataBytes })
      return jwksUriOf(parseJsonDocument(body ?? new Uint8Array()), url, source)
    } catch (error) {
      request.signal.throwIfAborted()
      faults.push(asFetchFault(error))
    }
  }
  const best =
    faults.find((fault) => fault.reason === 'issuer_mismatch') ?? faults.find((fault) => fault.status !== 404)
  throw best ?? faults[0] ?? new FetchFault('network', 'no metadata URL')
}

function jwksUriOf(metadata: Record<string, unknown>, from: URL, source: Source): URL {
  const { issuer, jwks_uri: jwksUri } = metadata
  // RFC 8414 §3.3: identical, code point for code point (KEYS-2).
  if (issuer !== source.issuer) throw mismatch(issuer, from, source)
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri)) {
    throw new FetchFault('malformed', `${nameOfUrl(from)} has no jwks_uri`)
  }
  const url = new URL(jwksUri)
  const downgrades = from.protocol === 'https:' && url.protocol !== 'https:'
  if (!isAcceptableUrl(url) || downgrades)
    throw new FetchFault('url_refused', `${nameOfUrl(from)} has a jwks_uri that is not https`)
  return url
}

function mismatch(issuer: unknown, from: URL, source: Source): FetchFault {
  const differsBySlash = issuer === `${source.issuer}/` || `${String(issuer)}/` === source.issuer
  return new FetchFault(
    'issuer_mismatch',
    differsBySlash
      ? `${nameOfUrl(from)} names an issuer that differs from the configured one by a trailing slash only`
      : `${nameOfUrl(from)} names another issuer than the configured one`,
    { hint: differsBySlash ? 'trailing_slash' : undefined },
  )
}
