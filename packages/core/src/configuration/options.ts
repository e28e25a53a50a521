import type { KeyObject } from 'node:crypto'
import type { Jwks, JwksOptions } from '@sallyport/jwks'
import type { JWK } from 'jose'
import type { AccessTokenClaims } from '../authentication.ts'
import type { Awaitable } from '../awaitable.ts'
import type { StandardSchema } from '../claims/index.ts'
import type { DecryptionOptions } from '../jwe/index.ts'
import type { PublicKeyAlgorithm, SecretAlgorithm, VerifyOn } from '../jws/index.ts'

/** For whom an access token must be meant (RFC 9068 §4, CLAIM-2). */
export type AudienceOptions =
  | {
      /** This API's identifier, or several of which one is enough; compared code point for code point. */
      readonly audience: string | readonly string[]
      readonly allowAnyAudience?: never
    }
  | {
      readonly audience?: never
      /**
       * Danger: accepts tokens that the issuer made for other APIs. Whoever receives a user's token for another API
       * can then use it here. Only for authorization servers that cannot set an audience at all.
       */
      readonly allowAnyAudience: true
    }

/** Keys found through the issuer's metadata: RFC 8414 first, then OpenID Connect discovery. */
interface DiscoveryOptions {
  /** Where the metadata is fetched, when the issuer's own name does not lead there (containers, proxies). */
  readonly metadataUrl?: string | undefined
  /** Signature algorithms. Default: RS, PS, ES 256/384/512, EdDSA and Ed25519; ES256K and ML-DSA only by naming them. */
  readonly algorithms?: readonly PublicKeyAlgorithm[] | undefined
  /** How the keys are fetched: time-outs, staleness, agent. See `@sallyport/jwks`. */
  readonly jwksOptions?: JwksOptions | undefined
  readonly jwksUri?: never
  readonly jwks?: never
  readonly publicKey?: never
  readonly secret?: never
  readonly algorithm?: never
}

/** Keys fetched from a URL. */
interface JwksUriOptions {
  /** URL of the issuer's JWK Set; its host need not be the issuer's. */
  readonly jwksUri: string
  /** Signature algorithms. Default: RS, PS, ES 256/384/512, EdDSA and Ed25519; ES256K and ML-DSA only by naming them. */
  readonly algorithms?: readonly PublicKeyAlgorithm[] | undefined
  /** How the keys are fetched: time-outs, staleness, agent. See `@sallyport/jwks`. */
  readonly jwksOptions?: JwksOptions | undefined
  readonly metadataUrl?: never
  readonly jwks?: never
  readonly publicKey?: never
  readonly secret?: never
  readonly algorithm?: never
}

/** Keys that are given, or fetched by a fetcher made before. */
interface JwksDocumentOptions {
  /** A JWK Set (RFC 7517 §5), or what `createJwks` of `@sallyport/jwks` made. */
  readonly jwks: { readonly keys: readonly JWK[] } | Jwks
  /** Signature algorithms. Default: RS, PS, ES 256/384/512, EdDSA and Ed25519; ES256K and ML-DSA only by naming them. */
  readonly algorithms?: readonly PublicKeyAlgorithm[] | undefined
  readonly jwksOptions?: never
  readonly metadataUrl?: never
  readonly jwksUri?: never
  readonly publicKey?: never
  readonly secret?: never
  readonly algorithm?: never
}

/** One public key. A token's `kid` is not looked at. */
interface PublicKeyOptions {
  /** PEM text of a public key or certificate (of which only the key is used: its dates and chain are not checked). */
  readonly publicKey: string | KeyObject
  /** The one algorithm that the key is for. */
  readonly algorithm: PublicKeyAlgorithm
  readonly algorithms?: never
  readonly jwksOptions?: never
  readonly metadataUrl?: never
  readonly jwksUri?: never
  readonly jwks?: never
  readonly secret?: never
}

/** A secret shared with the issuer. Whoever verifies with it can also issue: prefer public keys. */
interface SecretOptions {
  /** At least as long as the hash: 32, 48 or 64 bytes; text is taken as UTF-8. */
  readonly secret: string | Uint8Array | KeyObject
  readonly algorithm: SecretAlgorithm
  readonly algorithms?: never
  readonly jwksOptions?: never
  readonly metadataUrl?: never
  readonly jwksUri?: never
  readonly jwks?: never
  readonly publicKey?: never
}

/** One authorization server: its name, for whom its tokens must be meant, and where its keys come from. */
export type IssuerOptions = {
  /** The exact `iss` of its tokens. For discovery an https URL (http for loopback hosts only). */
  readonly issuer: string
} & AudienceOptions &
  (DiscoveryOptions | JwksUriOptions | JwksDocumentOptions | PublicKeyOptions | SecretOptions)

/** Several authorization servers. */
export interface IssuersOptions {
  /** Authorization servers known beforehand, each with its own audience, algorithms and keys. */
  readonly issuers?: readonly IssuerOptions[] | undefined
  /**
   * Finds an authorization server that is not known beforehand (tenants in a database). Called with the `iss` of a
   * token that is not verified yet, so with attacker-controlled text: look it up, never fetch it.
   *
   * `undefined` refuses, remembered for 30 s; what it throws is answered with 503. At most 1,000 answers are kept.
   */
  readonly resolveIssuer?: ((issuer: string) => Awaitable<IssuerOptions | undefined>) | undefined
  readonly issuer?: never
  readonly audience?: never
  readonly allowAnyAudience?: never
  readonly algorithms?: never
  readonly algorithm?: never
  readonly metadataUrl?: never
  readonly jwksUri?: never
  readonly jwks?: never
  readonly jwksOptions?: never
  readonly publicKey?: never
  readonly secret?: never
}

/**
 * A cookie that carries the access token, beside the `Authorization` field. The same object describes it to what sets
 * it: `login`, `refresh` and `logout` of the adapters. It is always HttpOnly, Secure, and of `Path=/`.
 */
export interface CookieOptions {
  /** Exact name; what sets it wants one that starts with `__Host-` (COOKIE-1). */
  readonly name: string
  /** Further origins (`https://app.example`) whose pages may send unsafe requests. Default: only the API's own. */
  readonly origins?: readonly string[] | undefined
  /**
   * When browsers send it along from other sites' pages: `Lax` when somebody follows a link to us, `Strict` never,
   * `None` always, which takes `partitioned: true`. Default `Lax`.
   */
  readonly sameSite?: 'Lax' | 'Strict' | 'None' | undefined
  /** Keeps a cookie for each site that embeds us apart from all others (CHIPS). Default false. */
  readonly partitioned?: boolean | undefined
  /** Name of the cookie that carries the refresh token, or more about it. Default: none is set. */
  readonly refreshCookie?: string | RefreshCookieOptions | undefined
  /** Asks unsafe requests for a CSRF token too (double submit). Default: Fetch Metadata and Origin decide alone. */
  readonly doubleSubmit?: DoubleSubmitOptions | undefined
}

/** The cookie of the refresh token: always HttpOnly, Secure, and `SameSite=Strict` but in embedded pages. */
export interface RefreshCookieOptions {
  /** Starts with `__Host-`, or with `__Secure-` where there is a `path`. */
  readonly name: string
  /**
   * Path that alone gets it, as `/session`; other hosts of the domain can then plant one. Logout has to lie below it too:
   * where the browser does not send the cookie, `revoke` gets no refresh token, and the session goes on for who has it.
   * Default: `/`.
   */
  readonly path?: string | undefined
}

/** CSRF tokens, each bound to one access token: in a cookie that pages read, and in `X-CSRF-Token` when they send it. */
export interface DoubleSubmitOptions {
  /** At least 32 bytes, the same in all processes; of several the first makes tokens, and all are accepted. */
  readonly secret: Secret | readonly Secret[]
  /** Name of the cookie that pages read. Default `__Host-csrf`. */
  readonly cookie?: string | undefined
}

type Secret = string | Uint8Array | KeyObject

/** How verified tokens are remembered. */
export interface CacheOptions {
  /** Most tokens remembered. Default 10,000. */
  readonly maxEntries?: number | undefined
  /** Most memory used, as an estimate, in bytes. Default 33,554,432 (32 MiB). */
  readonly maxBytes?: number | undefined
}

/** What holds for the tokens of every issuer. */
export interface CommonOptions<Claims> {
  /**
   * `interoperable` takes access tokens as common authorization servers make them; `rfc9068` only those that follow
   * RFC 9068: `typ` at+jwt, and all claims of its §2.2. Default `interoperable`.
   */
  readonly profile?: 'interoperable' | 'rfc9068' | undefined
  /** How far the clocks may differ, in seconds, 0 to 300. Default 30. */
  readonly clockToleranceSeconds?: number | undefined
  /** Refuses tokens issued longer ago, in seconds, whatever their `exp`; needs `iat`. Default: no such limit. */
  readonly maxTokenAgeSeconds?: number | undefined
  /** Longest token, in bytes. Default 16,384. */
  readonly maxTokenBytes?: number | undefined
  /** Claims that must be present. */
  readonly requiredClaims?: readonly string[] | undefined
  /**
   * By claim: whether its value is accepted. The claim must be present; only `true` accepts; asked on each use, also of
   * a remembered token, so keep it quick. What it throws is thrown on: a bug, not a bad token.
   */
  readonly claimPredicates?:
    | Readonly<Record<string, (value: unknown, claims: AccessTokenClaims) => boolean>>
    | undefined
  /**
   * A Standard Schema validator (zod, valibot, arktype, ...) for the claims; its output is `auth.claims`. Plain objects
   * and arrays in it are frozen; a Map, a Set or an object of a class cannot be: requests with the same token share it,
   * so do not change it.
   */
  readonly claims?: StandardSchema<Claims> | undefined
  /** Claims that scopes are read from: a string split at spaces, or an array of strings. Default `scope` and `scp`. */
  readonly scopeClaims?: readonly string[] | undefined
  /** Further `typ` values that are accepted, for example `vnd.example.at+jwt`. */
  readonly tokenTypes?: readonly string[] | undefined
  /** Name of a cookie that may carry the access token, or more about it. Default: only the `Authorization` field. */
  readonly cookie?: string | CookieOptions | undefined
  /** Keys for encrypted access tokens. Default: an encrypted token is refused. */
  readonly decryption?: DecryptionOptions | undefined
  /**
   * Danger: `checked-by-caller` lets tokens with `cnf` pass as if they were bearer tokens. Only where something in
   * front (a gateway, a mesh) has checked their binding already.
   */
  readonly binding?: 'checked-by-caller' | undefined
  /** How verified tokens are remembered, from their second use on; `false` verifies each anew. */
  readonly cache?: CacheOptions | false | undefined
  /**
   * Where signatures are verified. `auto`: on the main thread while few come, which is quickest, and on the thread pool
   * under load or where one takes long (P-384, P-521, secp256k1, RSA over 4096 bits), which leaves the main thread to
   * your handlers. Default `auto`.
   */
  readonly verifyOn?: VerifyOn | undefined
  /** `realm` of the challenges (RFC 9110 §11.5). Default: none. */
  readonly realm?: string | undefined
}

/**
 * Options of `createVerifier`, and of every adapter.
 *
 * @example
 * ```ts
 * const options: VerifierOptions = { issuer: 'https://as.example', audience: 'https://api.example' }
 * ```
 */
export type VerifierOptions<Claims = AccessTokenClaims> = CommonOptions<Claims> & (IssuersOptions | OneIssuer)

type OneIssuer = IssuerOptions & { readonly issuers?: never; readonly resolveIssuer?: never }
