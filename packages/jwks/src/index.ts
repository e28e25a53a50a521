export { fitsAlgorithm, type KeyUse } from './algorithm-fit.ts'
export { JwksConfigurationError } from './configuration-error.ts'
export type {
  CooldownEvent,
  FetchedEvent,
  HydratedEvent,
  JwksEvent,
  JwksFailureReason,
  JwksListener,
  KeyAddedEvent,
  KeyName,
  KeySkippedEvent,
  KeyWithdrawnEvent,
  PrivateKeyExposedEvent,
  RefreshFailedEvent,
  SnapshotRefusalReason,
  SnapshotRefusedEvent,
  StaleEvent,
  StoreFailedEvent,
  UnknownKeyEvent,
} from './events.ts'
export { type ExposedKey, importKeys, type ImportKeysOptions, type SkippedKey } from './import-keys.ts'
export { createJwks, type Jwks } from './jwks.ts'
export type { JwksError, JwksState, KeySource, WantedKey } from './key-source.ts'
export type { JwksOptions } from './options.ts'
export { createPublishedKey, type PublishedKey, type PublishedKeyMembers } from './published-key.ts'
export type { JwksSnapshot } from './snapshot.ts'
export type { IssuerSource, JwksSource, JwksUriSource } from './source.ts'
export { createStaticJwks } from './static-jwks.ts'
export type { JwksStore } from './store.ts'
export { JwksUnavailableError } from './unavailable-error.ts'
