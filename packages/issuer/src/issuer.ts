import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JSONWebKeySet, JWK } from 'jose'
import {
  accessTokenClaims,
  type AccessTokenRequest,
  accessTokenRequestNames,
  maxLifetimeSeconds,
} from './access-token.ts'
import { checkInteger, checkNames, type Given } from './checks.ts'
import { createDocumentHandler, type PublicDocument } from './document-handler.ts'
import { encryptFor, importRecipient } from './encryption.ts'
import { type IssuerMetadata, publicationOf } from './metadata.ts'
import type { SigningAlgorithm } from './signing-algorithms.ts'
import type { Signer } from './signing-key.ts'
import { loadSigningKeys } from './signing-keys.ts'

/** Options of {@link createIssuer}. */
export interface IssuerOptions {
  /**
   * The issuer's identifier (`iss`, RFC 8414 §2): an https URL without query and fragment, http for loopback hosts only.
   * Its spelling is the identity: with or without a slash at the end are two issuers.
   */
  readonly issuer: string
  /** Algorithm of a new key, and of given keys without `alg`. Default `ES256`. */
  readonly algorithm?: SigningAlgorithm | undefined
  /**
   * Signature keys as JWKs. The first signs, so it is private; all are published. To rotate, publish the next key behind
   * the first for as long as resource servers cache the set, then swap them, and keep the old one (its public half is
   * enough) until its last token has expired.
   *
   * Default: a new key, which ends with the process: tokens of before a restart are refused after it.
   */
  readonly keys?: readonly JWK[] | undefined
  /** Until access tokens expire, in seconds, 1 to 86,400. Default 300. */
  readonly accessTokenLifetimeSeconds?: number | undefined
  /** How long caches may keep metadata and JWKS, in seconds, 0 to 86,400. Default 300. */
  readonly documentMaxAgeSeconds?: number | undefined
}

/** Issues access tokens, and publishes what resource servers need to verify them. */
export interface Issuer {
  /** Its identifier, as configured. */
  readonly issuer: string
  /**
   * Issues an access token: signed, with `typ` at+jwt and the claims of RFC 9068 §2.2; with `encryptFor` encrypted too.
   *
   * @throws IssuerConfigurationError when the request is wrong; it names personal values by their kind only
   * @example
   * ```ts
   * const token = await issuer.issueAccessToken({
   *   subject: 'user-1',
   *   clientId: 'web',
   *   audience: 'https://api.example',
   *   scope: ['reports:read'],
   * })
   * ```
   */
  issueAccessToken(request: AccessTokenRequest): Promise<string>
  /** The authorization server metadata (RFC 8414 §2). */
  metadata(): IssuerMetadata
  /** The public keys (RFC 7517 §5), in a copy of its own; never a private or symmetric member. */
  jwks(): JSONWebKeySet
  /**
   * Serves metadata and JWKS below the issuer's address; other paths are 404, other methods 405.
   *
   * @example
   * ```ts
   * createServer(issuer.handler).listen(8080)
   * ```
   */
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void
}

/**
 * Makes an issuer of access tokens (RFC 9068).
 *
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const issuer = await createIssuer({ issuer: 'https://as.example' })
 * ```
 */
export async function createIssuer(options: IssuerOptions): Promise<Issuer> {
  const optionNames = ['issuer', 'algorithm', 'keys', 'accessTokenLifetimeSeconds', 'documentMaxAgeSeconds']
  const given = checkNames(options, optionNames, 'options')
  const { accessTokenLifetimeSeconds: lifetime = 300, documentMaxAgeSeconds: maxAge = 300 } = given
  const { metadata, metadataPaths, jwksPath } = publicationOf(given['issuer'])
  const { issuer } = metadata
  const lifetimeSeconds = checkInteger(lifetime, 1, maxLifetimeSeconds, 'accessTokenLifetimeSeconds', 'seconds')
  const maxAgeSeconds = checkInteger(maxAge, 0, 86_400, 'documentMaxAgeSeconds', 'seconds')
  const { signer, published } = await loadSigningKeys(given['keys'], given['algorithm'])

  const jwks = () => ({ keys: published.map((jwk) => ({ ...jwk })) })
  const metadataDocument = { contentType: 'application/json', content: () => metadata }
  const documents = new Map<string, PublicDocument>(metadataPaths.map((path) => [path, metadataDocument]))
  // RFC 7517 §8.5.2
  documents.set(jwksPath, { contentType: 'application/jwk-set+json', content: jwks })

  return Object.freeze({
    issuer,
    issueAccessToken: async (request: AccessTokenRequest) => {
      const asked = checkNames(request, accessTokenRequestNames, 'request')
      const claims = accessTokenClaims(asked, { issuer, lifetimeSeconds })
      const recipient =
        asked['encryptFor'] === undefined ? undefined : importRecipient(asked['encryptFor'], 'encryptFor')
      const token = await signAccessToken(signer, claims)
      return recipient === undefined ? token : encryptFor(recipient, token)
    },
    metadata: () => metadata,
    jwks,
    handler: createDocumentHandler(documents, maxAgeSeconds),
  })
}

/** RFC 7515 §7.1 with the header of RFC 9068 §2.1. */
async function signAccessToken(signer: Signer, claims: Given): Promise<string> {
  const header = { alg: signer.alg, typ: 'at+jwt', kid: signer.kid }
  const input = `${segment(header)}.${segment(claims)}`
  return `${input}.${Buffer.from(await signer.sign(Buffer.from(input))).toString('base64url')}`
}

function segment(value: Given): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
