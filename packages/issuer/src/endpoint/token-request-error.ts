/**
 * Everything that can be wrong with a request to the token endpoint or the revocation endpoint, but for the refresh token
 * itself, as a closed union: a `switch` over it is exhaustive.
 */
export type TokenRequestErrorCode = keyof typeof tokenRequestErrorCodes

/** The `error` values of an error response (RFC 6749 §5.2, RFC 7009 §2.2.1, RFC 8707 §2). */
export type TokenRequestOAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'

interface ErrorCode {
  readonly status: 400 | 408 | 413
  readonly error: TokenRequestOAuthError
  /** One fixed sentence: nothing of the request is ever put into it (CHAL-3). */
  readonly description: string
}

const invalidRequest = (description: string, status: ErrorCode['status'] = 400) =>
  ({ status, error: 'invalid_request', description }) as const

/** The one table of codes: status, OAuth error and sentence of each. */
export const tokenRequestErrorCodes = {
  form_malformed: invalidRequest('The request is not a well-formed form'),
  form_too_large: invalidRequest('The request is too large', 413),
  form_too_slow: invalidRequest('The request did not arrive in time', 408),
  parameter_missing: invalidRequest('A required parameter is missing'),
  parameter_repeated: invalidRequest('A parameter is there more than once'),
  parameter_unsupported: invalidRequest('A parameter has a value that is not supported'),
  client_ambiguous: invalidRequest('The client identifies itself in more than one way'),
  client_refused: { status: 400, error: 'invalid_client', description: 'The client could not be authenticated' },
  grant_type_unsupported: {
    status: 400,
    error: 'unsupported_grant_type',
    description: 'The grant type is not supported',
  },
  grant_type_refused: {
    status: 400,
    error: 'unauthorized_client',
    description: 'The client may not use this grant type',
  },
  scope_refused: { status: 400, error: 'invalid_scope', description: 'The scope exceeds what the client may ask for' },
  resource_refused: {
    status: 400,
    error: 'invalid_target',
    description: 'The request has to name one resource that the client may ask for',
  },
  subject_token_refused: invalidRequest('The subject token is not accepted'),
  token_type_unsupported: {
    status: 400,
    error: 'unsupported_token_type',
    description: 'Tokens of this type cannot be revoked',
  },
} as const satisfies Record<string, ErrorCode>

/**
 * A request is refused. It carries nothing of the request; `reason` is for the server's own events, and never part of a
 * response.
 */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError'
  readonly code: TokenRequestErrorCode
  readonly error: TokenRequestOAuthError
  readonly status: ErrorCode['status']
  readonly reason: string | undefined

  /** @param reason a fixed sentence, without any value from the request */
  constructor(code: TokenRequestErrorCode, reason?: string) {
    const { error, status, description } = tokenRequestErrorCodes[code]
    super(description)
    this.code = code
    this.error = error
    this.status = status
    this.reason = reason
  }
}
