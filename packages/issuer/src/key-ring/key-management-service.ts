import type { ExternalSigningKey } from '../external-key.ts'
import type { SigningAlgorithm } from '../signing-algorithms.ts'

/**
 * A key management service: makes keys, and signs with them. The ring stores their public halves and ids alone.
 *
 * A key that was made right before a crash, or too late, may be left over there, unused: remove keys that no ring knows
 * from time to time. No answer is waited for longer than 10 seconds.
 */
export interface KeyManagementService {
  /** Makes a key. */
  createKey(algorithm: SigningAlgorithm): Promise<ExternalSigningKey>
  /** A key that it has made before; `undefined` where it has it no more. */
  findKey(kid: string): Promise<ExternalSigningKey | undefined>
  /** Destroys the private half of a key that signs no more. Nothing waits for it, and it is not tried again. */
  destroyKey?(kid: string): Promise<void>
}
