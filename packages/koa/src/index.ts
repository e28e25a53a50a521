export {
  AccessTokenError,
  type AccessTokenErrorCode,
  type Authentication,
  ConfigurationError,
  createVerifier,
  type Verifier,
  type VerifierOptions,
} from '@sallyport/core'
export type { ClaimRequirement, Predicate, ProtectInput, ProtectOptions } from '@sallyport/core/adapter'
export { authorize, requireAnyScope, requireClaim, requireScopes } from './policies.ts'
export { getAuth, getOptionalAuth, type Middleware, type Protect, protect } from './protect.ts'
export type { KoaContext } from './refuse.ts'
