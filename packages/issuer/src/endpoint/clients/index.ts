export {
  type AssertionReplayStore,
  memoryAssertionReplays,
  type MemoryAssertionReplaysOptions,
} from './assertion-replays.ts'
export { authenticateClient } from './authenticate-client.ts'
export { basicChallenge } from './basic-credentials.ts'
export type { CheckedClient } from './checked-client.ts'
export { assertionAlgorithms } from './client-assertion.ts'
export { type GeneratedClientSecret, generateClientSecret } from './client-secret.ts'
export { clientRegistry } from './registry.ts'
export type { TokenClient, TokenClients, TokenGrantType } from './token-client.ts'
