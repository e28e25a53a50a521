import { IssuerConfigurationError, quoted } from './configuration-error.ts'

/** Authorization server metadata (RFC 8414 §2), as far as there is something to say. */
export interface IssuerMetadata {
  readonly issuer: string
  readonly jwks_uri: string
  readonly response_types_supported: readonly string[]
  readonly grant_types_supported: readonly string[]
  readonly token_endpoint?: string
  readonly token_endpoint_auth_methods_supported?: readonly string[]
  readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[]
  readonly revocation_endpoint?: string
  readonly revocation_endpoint_auth_methods_supported?: readonly string[]
  readonly revocation_endpoint_auth_signing_alg_values_supported?: readonly string[]
}

/** The part of the metadata that endpoints beside the issuer bring along. */
export type EndpointMetadata = Partial<Omit<IssuerMetadata, 'issuer' | 'jwks_uri'>>

/** Where an issuer publishes what. */
export interface Publication {
  readonly metadata: IssuerMetadata
  /** Paths that clients look for the metadata at. */
  readonly metadataPaths: readonly string[]
  readonly jwksPath: string
}

/**
 * Works out an issuer's addresses from its identifier (RFC 8414 §3.1, OpenID Connect Discovery 1.0 §4.1).
 *
 * @throws IssuerConfigurationError
 */
export function publicationOf(issuer: unknown): Publication {
  const { origin, pathname } = parseIssuer(issuer)
  // RFC 8414 §3.1: the terminating slash goes before a well-known part comes.
  const path = pathname.replace(/\/$/, '')
  const jwksPath = `${path}/.well-known/jwks.json`
  return {
    // An issuer alone has no endpoint that a client could ask. RFC 8414 §2 wants response_types_supported even so
    // (erratum 7793), and an absent grant_types_supported would stand for the authorization code.
    metadata: Object.freeze({
      issuer: issuer as string,
      jwks_uri: `${origin}${jwksPath}`,
      response_types_supported: Object.freeze([]),
      grant_types_supported: Object.freeze([]),
    }),
    // Clients insert the well-known part before the issuer's path, or, as OpenID Connect does, append it.
    metadataPaths: [
      `/.well-known/oauth-authorization-server${path}`,
      `/.well-known/openid-configuration${path}`,
      `${path}/.well-known/openid-configuration`,
    ],
    jwksPath,
  }
}

/** @throws IssuerConfigurationError */
export function extendMetadata(metadata: IssuerMetadata, more: EndpointMetadata): IssuerMetadata {
  const own = ['issuer', 'jwks_uri'].find((name) => Object.hasOwn(more, name))
  if (own === undefined) return Object.freeze({ ...metadata, ...more })
  throw new IssuerConfigurationError(`metadata.${own}`, 'a value', 'nothing: it is set by the issuer')
}

const maxIssuerLength = 2048

/** RFC 8414 §2. An identifier is compared code point for code point, so that only one spelling of it is taken. */
function parseIssuer(issuer: unknown): URL {
  const url = typeof issuer === 'string' && URL.canParse(issuer) ? new URL(issuer) : undefined
  const isOneSpelling = url !== undefined && (url.href === issuer || url.href === `${String(issuer)}/`)
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  const isBare = url !== undefined && !/[?#]/.test(url.href) && url.username === '' && url.password === ''
  if (isOneSpelling && isSafe && isBare && url.href.length <= maxIssuerLength) return url
  const takes = 'an https URL in normal form without query, fragment or user (http for loopback hosts only)'
  // What stands before an @ may be a password.
  const got = typeof issuer === 'string' && issuer.includes('@') ? 'text with an @' : quoted(issuer)
  throw new IssuerConfigurationError('issuer', got, takes)
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
