export {
  type AccessTokenClaims,
  AccessTokenError,
  type AccessTokenErrorCode,
  type Authentication,
  ConfigurationError,
  createVerifier,
  type Verifier,
  type VerifierEvent,
  type VerifierOptions,
} from '@sallyport/core'
export type { ClaimRequirement, Predicate, ProtectInput, ProtectOptions, RequiredClaim } from '@sallyport/core/adapter'
export type { Middleware } from './middleware.ts'
export { authorize, requireAnyScope, requireClaim, requireScopes } from './policies.ts'
export { getAuth, getOptionalAuth, type Protect, protect } from './protect.ts'
