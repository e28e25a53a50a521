export { type AccessTokenClaims, type Authentication, type Confirmation, isAuthentication } from './authentication.ts'
export { type Challenge, type ChallengeOptions, toChallenge } from './challenge.ts'
export type { StandardSchema } from './claims/index.ts'
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
} from './configuration/index.ts'
export { type BrowserTokens, CookieError, type CookieErrorCode } from './cookies/index.ts'
export { ConfigurationError } from './configuration-error.ts'
export {
  AccessTokenError,
  type AccessTokenErrorCode,
  type ChallengeError,
  errorCodes,
  type RefusalDetail,
} from './error.ts'
export type { AcceptedEvent, KeysEvent, RefusedEvent, VerifierEvent, VerifierListener } from './events.ts'
export type { ContentEncryption, DecryptionKeyInput, DecryptionOptions, KeyManagementAlgorithm } from './jwe/index.ts'
export type { PublicKeyAlgorithm, SecretAlgorithm, SignatureAlgorithm } from './jws/index.ts'
export type { ProtectedRequest } from './request.ts'
export { createVerifier, type IssuerState, type Verifier } from './verifier.ts'
