export {
  type AssertionReplayStore,
  type GeneratedClientSecret,
  generateClientSecret,
  memoryAssertionReplays,
  type MemoryAssertionReplaysOptions,
  type TokenClient,
  type TokenClients,
  type TokenGrantType,
} from './clients/index.ts'
export type { FaultSummary } from './fault.ts'
export type { SubjectTokenVerifier, VerifiedSubjectToken } from './grants/index.ts'
export {
  createTokenEndpoint,
  type TokenEndpoint,
  type TokenEndpointOptions,
  type TokenToIssue,
} from './token-endpoint.ts'
export type {
  TokenEndpointEvent,
  TokenEndpointListener,
  TokenFailedEvent,
  TokenIssuedEvent,
  TokenRefusedEvent,
  TokenRevokedEvent,
} from './token-endpoint-events.ts'
export type { TokenRequestErrorCode } from './token-request-error.ts'
