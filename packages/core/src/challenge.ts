import type { AccessTokenError, AccessTokenErrorCode, ChallengeError } from './error.ts'

/** What a response has to be for an error: the whole of it, for every framework alike. */
export interface Challenge {
  readonly status: AccessTokenError['status']
  /** Header fields by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** To be sent as JSON. */
  readonly body: {
    /** The RFC's error value; absent where there is none. */
    readonly error?: ChallengeError
    readonly error_description: string
    readonly code: AccessTokenErrorCode
  }
}

/** What a resource server says about itself in its challenges. */
export interface ChallengeOptions {
  /** RFC 9110 §11.5. Default: none. */
  readonly realm?: string | undefined
}

/**
 * Turns an error into HTTP: the only place that knows `WWW-Authenticate` (RFC 6750 §3, RFC 9110 §11.6.1).
 *
 * Every part is a fixed text or configured: nothing of the request or the token is echoed (CHAL-3). Adapters call it;
 * without a framework it is for you.
 *
 * @example
 * ```ts
 * const { status, headers, body } = toChallenge(error)
 * response.writeHead(status, headers).end(JSON.stringify(body))
 * ```
 */
export function toChallenge(error: AccessTokenError, { realm }: ChallengeOptions = {}): Challenge {
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  if (error.status < 429) headers['www-authenticate'] = challengeField(error, realm)
  if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(error.retryAfterSeconds)
  return {
    status: error.status,
    headers,
    body: {
      ...(error.error === undefined ? {} : { error: error.error }),
      error_description: error.message,
      code: error.code,
    },
  }
}

/** Nothing here needs an escape: the sentences are ours, the realm and the scopes are checked when they are given. */
function challengeField({ error, message, scope }: AccessTokenError, realm: string | undefined): string {
  const parameters: string[] = []
  if (realm !== undefined) parameters.push(`realm="${realm}"`)
  // RFC 6750 §3.1: without a credential, or where no error value is meant, the challenge says nothing more.
  if (error !== undefined) {
    parameters.push(`error="${error}"`, `error_description="${message}"`)
    if (scope !== undefined) parameters.push(`scope="${scope.join(' ')}"`)
  }
  return parameters.length === 0 ? 'Bearer' : `Bearer ${parameters.join(', ')}`
}
