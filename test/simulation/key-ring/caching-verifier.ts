import type { FetchedSet } from './issuing-process.ts'

/**
 * A verifier as simple as they come: it keeps the JWKS for exactly as long as it may, and looks for nothing in between,
 * not even when it meets an unknown key id.
 */
export class CachingVerifier {
  #set: FetchedSet | undefined
  #expiresAt = 0

  /** `unavailable`: the set has expired, and nobody gives it a new one. */
  async verify(
    kid: string,
    now: number,
    fetchSet: () => Promise<FetchedSet | undefined>,
  ): Promise<'accepted' | 'refused' | 'unavailable'> {
    if (now >= this.#expiresAt) {
      const fetched = await fetchSet()
      if (fetched === undefined) return 'unavailable'
      this.#set = fetched
      this.#expiresAt = now + fetched.maxAgeSeconds
    }
    return this.#set?.kids.has(kid) === true ? 'accepted' : 'refused'
  }
}
