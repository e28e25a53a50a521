export type { KeyEvent, KeyRingEvent, KeyRingListener, StorageFailedEvent } from './events.ts'
export { fileKeyStorage, type FileKeyStorageOptions, type KeyFileSecret } from './file/index.ts'
export type { KeyManagementService } from './key-management-service.ts'
export {
  createKeyRing,
  type DecryptionKeyRing,
  type KeyRing,
  type KeyRingState,
  type KeyStatus,
  ringOf,
  type RotateOptions,
  type SigningKeyRing,
} from './key-ring.ts'
export { KeyRingError, type KeyRingErrorCode } from '../key-ring-error.ts'
export { type KeyStorage, KeyStorageError, type KeyStorageErrorCode, type StoredKeyRing } from './key-storage.ts'
export { memoryKeyStorage } from './memory-key-storage.ts'
export type { DecryptionKeyRingOptions, PublishableKeyManagement, SigningKeyRingOptions } from './options.ts'
export type { KeyRingUse, KeyState } from './ring-state.ts'
export type { Ring } from './ring.ts'
