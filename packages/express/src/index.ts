export {
  type AccessTokenClaims,
  AccessTokenError,
  type AccessTokenErrorCode,
  type Authentication,
  type BrowserTokens,
  ConfigurationError,
  CookieError,
  type CookieErrorCode,
  type CookieOptions,
  createVerifier,
  type Verifier,
  type VerifierEvent,
  type VerifierOptions,
} from '@sallyport/core'
export type {
  BroughtTokens,
  ClaimRequirement,
  LoginOptions,
  LogoutOptions,
  Predicate,
  ProtectInput,
  ProtectOptions,
  RefreshOptions,
  RequiredClaim,
  SiteData,
} from '@sallyport/core/adapter'
export type { Middleware } from './middleware.ts'
export { authorize, requireAnyScope, requireClaim, requireScopes } from './policies.ts'
export { getAuth, getOptionalAuth, type Protect, protect } from './protect.ts'
export { login, logout, refresh } from './session.ts'
