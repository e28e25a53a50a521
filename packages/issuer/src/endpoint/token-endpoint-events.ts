import type { RefreshTokenErrorCode } from '../refresh/index.ts'
import type { TokenGrantType } from './clients/index.ts'
import type { FaultSummary } from './fault.ts'
import type { TokenRequestErrorCode } from './token-request-error.ts'

/** An access token was issued. */
export interface TokenIssuedEvent {
  readonly type: 'issued'
  readonly grantType: TokenGrantType
  readonly clientId: string
  readonly subject: string
  readonly audience: readonly string[]
}

/** A client revoked a refresh token, or one that is not known. */
export interface TokenRevokedEvent {
  readonly type: 'revoked'
  readonly clientId: string
}

/** A request was refused. */
export interface TokenRefusedEvent {
  readonly type: 'refused'
  readonly code: TokenRequestErrorCode | RefreshTokenErrorCode
  /** What was wrong, in words, without any value from the request. */
  readonly reason: string | undefined
  /** The client, where it was authenticated before. */
  readonly clientId: string | undefined
}

/** A request could not be answered: 503 where the infrastructure is at fault, 500 where the application is. */
export interface TokenFailedEvent {
  readonly type: 'failed'
  readonly status: 500 | 503
  readonly clientId: string | undefined
  /** The store's, the verifier's, or the application's own error, by class and code alone. */
  readonly cause: FaultSummary
}

/** What the endpoint decided, for logs, metrics and alarms: codes and identifiers, never a token or a secret. */
export type TokenEndpointEvent = TokenIssuedEvent | TokenRevokedEvent | TokenRefusedEvent | TokenFailedEvent

/** Called with each event, synchronously; what it throws is ignored. */
export type TokenEndpointListener = (event: TokenEndpointEvent) => void
