export {
  AccessTokenError,
  type AccessTokenErrorCode,
  type Authentication,
  ConfigurationError,
  createVerifier,
  type Verifier,
  type VerifierOptions,
} from '@sallyport/core'
export type { ClaimRequirement, Predicate } from '@sallyport/core/adapter'
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
export type { HttpRequest } from './http-context.ts'
export { SallyportModule, type SallyportModuleOptions } from './sallyport.module.ts'
export { VERIFIER } from './tokens.ts'
