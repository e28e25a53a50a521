import type { JWK } from 'jose'

/** What the three apps are told about their surroundings; they are the same API. */
export interface ApiSettings {
  /** The authorization server. Its keys are found by discovery. */
  readonly issuer: string
  /** Another authorization server, which is down. */
  readonly partnerIssuer: string
  /** The API's own identifier. */
  readonly audience: string
  /** The API's private and shared keys for encrypted tokens. */
  readonly decryptionKeys: readonly JWK[]
}
