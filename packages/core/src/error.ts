/**
 * Everything that can be wrong with a request's access token, as a closed union: a `switch` over it is exhaustive.
 *
 * The HTTP status and the RFC error of each code are in {@link errorCodes}.
 */
export type AccessTokenErrorCode = keyof typeof errorCodes

/** The `error` values that may stand in a challenge (RFC 6750 §3.1, RFC 9449 §7.1, RFC 9470 §3). */
export type ChallengeError =
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'insufficient_user_authentication'

interface ErrorCode {
  readonly status: 400 | 401 | 403 | 429 | 503
  readonly error: ChallengeError | undefined
  /** One fixed sentence: nothing of the request or the token is ever put into it (CHAL-3). */
  readonly description: string
}

const refused = (description: string) => ({ status: 401, error: 'invalid_token', description }) as const
const unavailable = (description: string) => ({ status: 503, error: undefined, description }) as const

/** The one table of codes: status, RFC error and sentence of each. */
export const errorCodes = {
  credential_missing: { status: 401, error: undefined, description: 'This resource needs an access token' },
  credential_malformed: {
    status: 400,
    error: 'invalid_request',
    description: 'The request does not carry one well-formed access token',
  },
  credential_ambiguous: {
    status: 400,
    error: 'invalid_request',
    description: 'The request carries more than one access token',
  },
  token_malformed: refused('The access token is malformed'),
  token_too_large: refused('The access token is too large'),
  token_type_refused: refused('The token is of a type that is not accepted here'),
  algorithm_refused: refused('The access token uses an algorithm that is not accepted here'),
  key_unknown: refused('The access token names no key of its issuer'),
  signature_invalid: refused('The signature of the access token is invalid'),
  decryption_required: refused('Only encrypted access tokens are accepted here'),
  decryption_failed: refused('The access token could not be decrypted'),
  not_signed: refused('The access token is not signed'),
  issuer_refused: refused('The issuer of the access token is not accepted here'),
  audience_refused: refused('The access token is meant for another audience'),
  token_expired: refused('The access token has expired'),
  token_not_yet_valid: refused('The access token is not valid yet'),
  claim_missing: refused('The access token lacks a required claim'),
  claim_invalid: refused('A claim of the access token has a value that is not accepted here'),
  not_an_access_token: refused('The token is not an access token'),
  token_inactive: refused('The access token is not active'),
  token_revoked: refused('The access token has been revoked'),
  binding_missing: refused('The access token is bound to a key whose possession was not checked'),
  binding_mismatch: refused('The access token is bound to another key'),
  dpop_proof_missing: { status: 401, error: 'invalid_dpop_proof', description: 'The DPoP proof is missing' },
  dpop_proof_invalid: { status: 401, error: 'invalid_dpop_proof', description: 'The DPoP proof is invalid' },
  dpop_proof_replayed: { status: 401, error: 'invalid_dpop_proof', description: 'The DPoP proof was used before' },
  dpop_nonce_required: { status: 401, error: 'use_dpop_nonce', description: 'The DPoP proof needs a nonce' },
  authentication_insufficient: {
    status: 401,
    error: 'insufficient_user_authentication',
    description: 'A stronger or more recent authentication is needed',
  },
  scope_insufficient: {
    status: 403,
    error: 'insufficient_scope',
    description: 'The access token lacks a scope that this resource needs',
  },
  policy_denied: { status: 403, error: undefined, description: 'The access token does not permit this request' },
  cross_site_request: { status: 403, error: undefined, description: 'The request comes from another site' },
  csrf_token_refused: {
    status: 403,
    error: undefined,
    description: 'The request lacks the CSRF token that belongs to its access token',
  },
  login_refused: { status: 401, error: undefined, description: 'The login was refused' },
  session_ended: { status: 401, error: undefined, description: 'The session has ended' },
  rate_limited: { status: 429, error: undefined, description: 'Too many requests' },
  keys_unavailable: unavailable("The keys of the access token's issuer cannot be had at the moment"),
  introspection_unavailable: unavailable('The access token cannot be checked at the moment'),
  store_unavailable: unavailable('The access token cannot be checked at the moment'),
  session_unavailable: unavailable('The session cannot be renewed or ended at the moment'),
  verifier_overloaded: unavailable('Too many access tokens are waiting to be checked'),
} as const satisfies Record<string, ErrorCode>

/** What only the server's own events may say about a refusal; never part of a response (SECURITY: CHAL-3, LOG-1). */
export interface RefusalDetail {
  /** What was wrong, in words, without any value from the request. */
  readonly reason?: string | undefined
  /** The configured value that was missed. */
  readonly expected?: string | undefined
  /** The offending value: issuer, audience, type, algorithm or key id only, escaped and shortened. */
  readonly received?: string | undefined
}

interface AccessTokenErrorOptions extends RefusalDetail {
  /** Scopes that would have been enough, for `insufficient_scope` (RFC 6750 §3.1). */
  readonly scope?: readonly string[] | undefined
  /** Seconds after which a 503 is worth another try. Default 5. */
  readonly retryAfterSeconds?: number | undefined
  /** What failed, for a 503 only; the application's own error, or the network's. */
  readonly cause?: unknown
}

/**
 * The one error of the request's way: the access token, or the request that carries it, is refused, or cannot be
 * checked at the moment.
 *
 * It carries nothing of the token. `status`, `statusCode`, `headers` and `expose` are what Express, Koa and their
 * error handlers look for; `toChallenge` in core is the only place that fills `headers`.
 *
 * @example
 * ```ts
 * try {
 *   await verifier.verify(token)
 * } catch (error) {
 *   if (error instanceof AccessTokenError && error.code === 'token_expired') refresh()
 *   else throw error
 * }
 * ```
 */
export class AccessTokenError extends Error {
  override readonly name = 'AccessTokenError'
  readonly code: AccessTokenErrorCode
  /** HTTP status: 400, 401, 403, 429 or 503. */
  readonly status: ErrorCode['status']
  /** The same as `status`, by the name that Fastify and others look for. */
  readonly statusCode: ErrorCode['status']
  /** The RFC's error value, `undefined` where the challenge has none. */
  readonly error: ChallengeError | undefined
  /** Scopes that would have been enough; only with `scope_insufficient`. */
  readonly scope: readonly string[] | undefined
  /** Seconds until another try makes sense; only with status 503. */
  readonly retryAfterSeconds: number | undefined
  /** The response's header fields; set by `toChallenge` when an adapter answers with this error. */
  headers: Readonly<Record<string, string | string[]>> | undefined
  /** The message is a fixed sentence, safe to show. */
  readonly expose = true
  readonly #detail: RefusalDetail | undefined

  constructor(code: AccessTokenErrorCode, options: AccessTokenErrorOptions = {}) {
    const { status, error, description } = errorCodes[code]
    // A refusal is an expected outcome of hostile input: it costs no stack trace, and none can reach a response.
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(description, options.cause === undefined ? undefined : { cause: options.cause })
    Error.stackTraceLimit = limit
    this.code = code
    this.status = status
    this.statusCode = status
    this.error = error
    this.scope = options.scope
    this.retryAfterSeconds = status === 503 ? (options.retryAfterSeconds ?? 5) : undefined
    this.headers = undefined
    const { reason, expected, received } = options
    if (reason === undefined && expected === undefined && received === undefined) return
    this.#detail = { reason, expected, received: received === undefined ? undefined : printable(received) }
  }

  /** @internal */
  static detailOf(error: AccessTokenError): RefusalDetail | undefined {
    return error.#detail
  }
}

/** What the server's own events may say about this error, beyond its code. */
export function detailOf(error: AccessTokenError): RefusalDetail | undefined {
  return AccessTokenError.detailOf(error)
}

/** The same refusal for another request: what a handler adds to one error must not be seen by another request. */
export function copyOf(error: AccessTokenError): AccessTokenError {
  const { code, scope, retryAfterSeconds, cause } = error
  return new AccessTokenError(code, { ...detailOf(error), scope, retryAfterSeconds, cause })
}

/** Escapes what could break a log line or a terminal, and shortens (LOG-3). */
function printable(text: string): string {
  const short = text.length > 256 ? `${text.slice(0, 256)}…` : text
  return short.replace(/[^\x20-\x7e…]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
