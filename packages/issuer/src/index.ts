export type { JSONWebKeySet, JWK } from 'jose'
export type { AccessTokenRequest, ConfirmationThumbprints } from './access-token.ts'
export { IssuerConfigurationError } from './configuration-error.ts'
export { type DecryptionKeyOptions, generateDecryptionKey } from './decryption-key.ts'
export { type EncryptionRecipient, encryptToken } from './encryption.ts'
export { EncryptionKeyUnavailableError } from './encryption-key-error.ts'
export type { ExternalSigningKey } from './external-key.ts'
export { createIssuer, type Issuer, type IssuerOptions } from './issuer.ts'
export { createJwksHandler, type JwksHandlerOptions } from './jwks-handler.ts'
export type { AgreementCurve, ContentEncryption, KeyManagementAlgorithm } from './key-management.ts'
export {
  createKeyRing,
  type DecryptionKeyRing,
  type DecryptionKeyRingOptions,
  type KeyEvent,
  type KeyFileSecret,
  type KeyManagementService,
  type KeyRing,
  KeyRingError,
  type KeyRingErrorCode,
  type KeyRingEvent,
  type KeyRingListener,
  type KeyRingState,
  type KeyRingUse,
  type KeyState,
  type KeyStatus,
  type KeyStorage,
  KeyStorageError,
  type KeyStorageErrorCode,
  fileKeyStorage,
  type FileKeyStorageOptions,
  memoryKeyStorage,
  type PublishableKeyManagement,
  type RotateOptions,
  type SigningKeyRing,
  type SigningKeyRingOptions,
  type StorageFailedEvent,
  type StoredKeyRing,
} from './key-ring/index.ts'
export type { EndpointMetadata, IssuerMetadata } from './metadata.ts'
export type { PublishedRecipient } from './published-recipient.ts'
export type { ResourceOptions } from './resources.ts'
export type { SigningAlgorithm } from './signing-algorithms.ts'
export type { SubjectType } from './subjects.ts'
export type { LargeTokenEvent } from './token-size.ts'
export { createSigner, generateSigningKey, type PublishedJwk, type Signer } from './signing-key.ts'
export {
  type AssertionReplayStore,
  createTokenEndpoint,
  type GeneratedClientSecret,
  type FaultSummary,
  generateClientSecret,
  memoryAssertionReplays,
  type MemoryAssertionReplaysOptions,
  type SubjectTokenVerifier,
  type TokenClient,
  type TokenClients,
  type TokenEndpoint,
  type TokenEndpointEvent,
  type TokenEndpointListener,
  type TokenEndpointOptions,
  type TokenFailedEvent,
  type TokenGrantType,
  type TokenIssuedEvent,
  type TokenRefusedEvent,
  type TokenRequestErrorCode,
  type TokenRevokedEvent,
  type TokenToIssue,
  type VerifiedSubjectToken,
} from './endpoint/index.ts'
export {
  createRefreshTokens,
  type IssuedRefreshToken,
  memoryRefreshStore,
  type MemoryRefreshStoreOptions,
  RefreshTokenError,
  type RefreshTokenErrorCode,
  type RefreshTokenEvent,
  type RefreshTokenFamily,
  type RefreshTokenGrant,
  type RefreshTokenListener,
  type RefreshTokenOAuthError,
  type RefreshTokenRequest,
  type RefreshTokenRotation,
  type RefreshTokens,
  type RefreshTokensOptions,
  type RefreshTokenStore,
  type RefreshTokenUse,
  sqliteRefreshStore,
  type SqliteRefreshStoreOptions,
  type UsedRefreshToken,
} from './refresh/index.ts'
export { StoreUnavailableError } from './store-unavailable-error.ts'
