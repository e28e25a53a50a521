export type { BrowserAnswer } from './browser-answer.ts'
export { type BrowserCookies, createBrowserCookies } from './browser-cookies.ts'
export type { BrowserHandler } from './browser-handler.ts'
export type { BrowserTokens } from './browser-tokens.ts'
export { CookieError, type CookieErrorCode } from './cookie-error.ts'
export { answerLogin, createLogin, type LoginOptions } from './login.ts'
export {
  answerLogout,
  type BroughtTokens,
  broughtTokens,
  checkLogoutAnswer,
  createLogout,
  type LogoutOptions,
  type SiteData,
} from './logout.ts'
export { checkRedirect } from './redirect.ts'
export {
  answerRefresh,
  createRefresh,
  type RefreshOptions,
  requireRefreshCookie,
  requireRefreshToken,
} from './refresh.ts'
export { cookiesOf } from './refused-with-cookies.ts'
