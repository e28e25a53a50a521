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
  ClaimRequirement,
  Predicate,
  ProtectInput,
  ProtectOptions,
  RequiredClaim,
  SiteData,
} from '@sallyport/core/adapter'
export { AccessTokenGuard } from './access-token.guard.ts'
export {
  Auth,
  Authorize,
  OptionalAccessToken,
  Public,
  RequireAnyScope,
  RequireClaim,
  RequireScopes,
  type RouteDecorator,
} from './decorators.ts'
export { getAuth, getOptionalAuth } from './get-auth.ts'
export type { HttpRequest } from './http-context.ts'
export type { SallyportModuleOptions, SallyportOptionsFactory, SharedVerifier } from './options.ts'
export { SallyportModule } from './sallyport.module.ts'
export {
  Login,
  type LoginDecoratorOptions,
  Logout,
  type LogoutDecoratorOptions,
  Refresh,
  RefreshToken,
} from './session/index.ts'
export { VERIFIER } from './tokens.ts'
