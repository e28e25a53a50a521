/**
 * What an adapter for a framework is made of. Applications do not need it.
 *
 * @module
 */
export { andThen, type Awaitable, isPromise } from '../awaitable.ts'
export { authenticationOf, optionalAuthenticationOf } from './admissions.ts'
export { showAuthentication } from './auth-property.ts'
export { type Answer, answerTo } from './answer.ts'
export { createGate, type Gate, type ProtectInput, type ProtectOptions } from './gate.ts'
export { browserCookiesOf, refreshCookiesOf } from './browser-cookies-of.ts'
export {
  answerLogin,
  answerLogout,
  answerRefresh,
  type BrowserAnswer,
  type BrowserCookies,
  type BrowserHandler,
  type BroughtTokens,
  broughtTokens,
  checkLogoutAnswer,
  checkRedirect,
  createLogin,
  createLogout,
  createRefresh,
  type LoginOptions,
  type LogoutOptions,
  type RefreshOptions,
  requireRefreshToken,
  type SiteData,
} from '../cookies/index.ts'
export {
  anyScopePolicy,
  type ClaimRequirement,
  claimPolicy,
  type Policy,
  type Predicate,
  predicatePolicy,
  type RequiredClaim,
  scopesPolicy,
} from '../policy/index.ts'
export { createStamp, type Stamp } from './stamp.ts'
