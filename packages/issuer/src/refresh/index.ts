export type { RefreshTokenRequest } from './grant.ts'
export { memoryRefreshStore, type MemoryRefreshStoreOptions } from './memory-refresh-store.ts'
export { RefreshTokenError, type RefreshTokenErrorCode, type RefreshTokenOAuthError } from './refresh-token-error.ts'
export type { RefreshTokenEvent, RefreshTokenListener } from './refresh-token-events.ts'
export type {
  RefreshTokenFamily,
  RefreshTokenGrant,
  RefreshTokenRotation,
  RefreshTokenStore,
} from './refresh-token-store.ts'
export {
  createRefreshTokens,
  type IssuedRefreshToken,
  type RefreshTokens,
  type RefreshTokensOptions,
  type RefreshTokenUse,
  type UsedRefreshToken,
} from './refresh-tokens.ts'
export { sqliteRefreshStore, type SqliteRefreshStoreOptions } from './sqlite/index.ts'
