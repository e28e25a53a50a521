export type { ClaimsConfiguration } from './claims.ts'
export { type Configuration, normalizeOptions } from './configuration.ts'
export { type CookieConfiguration, normalizeCookie } from './cookie.ts'
export { type Issuer, maxIssuerLength, normalizeIssuer } from './issuer.ts'
export type {
  AudienceOptions,
  CacheOptions,
  CommonOptions,
  CookieOptions,
  DoubleSubmitOptions,
  IssuerOptions,
  IssuersOptions,
  RefreshCookieOptions,
  VerifierOptions,
} from './options.ts'
export type { KeySource } from './key-source.ts'
