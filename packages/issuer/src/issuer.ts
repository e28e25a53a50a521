import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JSONWebKeySet, JWK } from 'jose'
import { accessTokenClaims, type AccessTokenRequest, accessTokenRequestNames } from './access-token.ts'
import { checkInteger, checkNames } from './checks.ts'
import { createDocumentHandler, type PublicDocument } from './document-handler.ts'
import { encryptFor } from './encryption.ts'
import { chooseTarget, targetReader } from './encryption-target.ts'
import { EventStream } from './event-stream.ts'
import { type EndpointMetadata, extendMetadata, type IssuerMetadata, publicationOf } from './metadata.ts'
import type { ExternalSigningKey } from './external-key.ts'
import { loadIssuerKeys } from './issuer-keys.ts'
import type { SigningKeyRing } from './key-ring/index.ts'
import { type ResourceOptions, Resources } from './resources.ts'
import { signAccessToken } from './sign-access-token.ts'
import type { SigningAlgorithm } from './signing-algorithms.ts'
import { readSubjectType, type SubjectType } from './subjects.ts'
import { type LargeTokenEvent, smallestLimit, tellWhenLarge } from './token-size.ts'

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
   * Signature keys as JWKs, or in a key management service. The first signs, so it is private; all are published. To
   * rotate, publish the next key behind the first for as long as resource servers cache the set, then swap them, and
   * keep the old one (its public half is enough) until its last token has expired: or take `keyRing`, which does that.
   *
   * Default: a new key, which ends with the process: tokens of before a restart are refused after it.
   */
  readonly keys?: readonly (JWK | ExternalSigningKey)[] | undefined
  /** Keys that are kept and rotated by themselves, instead of `keys` and `algorithm`. */
  readonly keyRing?: SigningKeyRing | undefined
  /** Until access tokens expire, in seconds, 1 to 86,400. Default 300. */
  readonly accessTokenLifetimeSeconds?: number | undefined
  /** How long caches may keep metadata and JWKS, in seconds, 0 to 86,400. Default 300. */
  readonly documentMaxAgeSeconds?: number | undefined
  /**
   * The APIs that tokens are issued for, by their identifiers (`aud`, RFC 8707 §2), and what holds for each. Default: any
   * API, with any scope.
   */
  readonly resources?: Readonly<Record<string, ResourceOptions>> | undefined
  /** Whether each API sees another `sub` of a user (`pairwise`), so that APIs cannot tell who is who. Default `public`. */
  readonly subjectType?: SubjectType | undefined
  /**
   * What pairwise subjects are made with: at least 32 random bytes, as they are or as base64url. Keep them: with others
   * every user is somebody else.
   */
  readonly pairwiseSecret?: Uint8Array | string | undefined
}

/** Issues access tokens, and publishes what resource servers need to verify them. */
export interface Issuer {
  /** Its identifier, as configured. */
  readonly issuer: string
  /** Whether each API sees another `sub` of a user. */
  readonly subjectType: SubjectType
  /** Whether `resources` encrypts tokens for one API at least. */
  readonly hasEncryptedResources: boolean
  /**
   * The scopes that tokens for these APIs may have, as `resources` says; `undefined` for any.
   *
   * @throws IssuerConfigurationError where `resources` does not have them
   */
  scopesFor(audience: string | readonly string[]): readonly string[] | undefined
  /**
   * Until access tokens for these APIs expire for which nothing else is asked, in seconds.
   *
   * @throws IssuerConfigurationError where `resources` does not have them
   */
  lifetimeSecondsFor(audience: string | readonly string[]): number
  /**
   * Issues an access token: signed, with `typ` at+jwt and the claims of RFC 9068 §2.2; with `encryptFor` encrypted too.
   *
   * @throws IssuerConfigurationError when the request is wrong; it names personal values by their kind only
   * @throws EncryptionKeyUnavailableError when a key to encrypt for cannot be had
   * @throws KeyRingError when there is no key to sign with
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
  /**
   * Adds to the metadata what an endpoint beside the issuer offers. `createTokenEndpoint` does that by itself.
   *
   * @throws IssuerConfigurationError when it names what is the issuer's own
   */
  extendMetadata(more: EndpointMetadata): void
  /**
   * Listens to warnings: tokens that are larger than a cookie or a header field may be.
   *
   * @returns the function that ends the subscription
   */
  subscribe(listener: (event: LargeTokenEvent) => void): () => void
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
  const given = checkNames(options, issuerOptionNames, 'options')
  const { accessTokenLifetimeSeconds: lifetime = 300, documentMaxAgeSeconds: maxAge = 300 } = given
  const { metadata: ownMetadata, metadataPaths, jwksPath } = publicationOf(given['issuer'])
  const { issuer } = ownMetadata
  let metadata = ownMetadata
  const maxAgeSeconds = checkInteger(maxAge, 0, 86_400, 'documentMaxAgeSeconds', 'seconds')
  const keys = await loadIssuerKeys(given)
  const { jwks, longestTokenLifetimeSeconds: longest } = keys
  const lifetimeSeconds = checkInteger(lifetime, 1, longest, 'accessTokenLifetimeSeconds', 'seconds')
  const readTarget = targetReader()
  const defaults = { lifetimeSeconds, longestLifetimeSeconds: longest }
  const resources = new Resources(given['resources'], defaults, readTarget)
  const { subjectType, subjectFor } = readSubjectType(given)
  const events = new EventStream<LargeTokenEvent>()
  const metadataDocument = { contentType: 'application/json', content: () => metadata }
  const documents = new Map<string, PublicDocument>(metadataPaths.map((path) => [path, metadataDocument]))
  // RFC 7517 §8.5.2
  documents.set(jwksPath, { contentType: 'application/jwk-set+json', content: jwks, ...keys.publication })

  return Object.freeze({
    issuer,
    subjectType,
    hasEncryptedResources: resources.hasEncrypted,
    scopesFor: (audience: string | readonly string[]) => resources.scopesFor([audience].flat()),
    lifetimeSecondsFor: (audience: string | readonly string[]) => resources.termsFor({ audience }).lifetimeSeconds,
    issueAccessToken: async (request: AccessTokenRequest) => {
      const asked = checkNames(request, accessTokenRequestNames, 'request')
      const terms = resources.termsFor(asked)
      const { capSeconds, sector } = terms
      const defaults = {
        issuer,
        subjectFor,
        sector,
        capSeconds,
        lifetimeSeconds: terms.lifetimeSeconds,
        longestLifetimeSeconds: longest,
      }
      const claims = accessTokenClaims(asked, defaults)
      const target = chooseTarget(asked['encryptFor'], terms.encryptFor, readTarget)
      // First: what cannot be encrypted is not signed either.
      const recipient = target && (await target.find())
      const signed = await keys.signWithCurrent((signer) => signAccessToken(signer, claims))
      const token = recipient === undefined ? signed : encryptFor(recipient, signed)
      if (token.length > smallestLimit) tellWhenLarge(events, token.length, request.clientId)
      return token
    },
    subscribe: (listener: (event: LargeTokenEvent) => void) => events.subscribe(listener),
    metadata: () => metadata,
    extendMetadata: (more: EndpointMetadata) => void (metadata = extendMetadata(metadata, more)),
    jwks,
    handler: createDocumentHandler(documents, maxAgeSeconds),
  })
}

const issuerOptionNames: readonly (keyof IssuerOptions)[] = [
  'issuer',
  'algorithm',
  'keys',
  'keyRing',
  'accessTokenLifetimeSeconds',
  'documentMaxAgeSeconds',
  'resources',
  'subjectType',
  'pairwiseSecret',
]
