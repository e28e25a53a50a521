import { fitsAlgorithm, knownAlgorithms } from './algorithm-fit.ts'
import { distrustedKeys } from './distrust.ts'
import type { PublishedKey } from './published-key.ts'

type KeysByAlgorithm = Map<string | undefined, readonly PublishedKey[]>

/** The answer "no such key", always the same array. */
export const noKeys: readonly PublishedKey[] = Object.freeze([])

/** A key set with its look-ups made beforehand: a request costs two Map look-ups and allocates nothing. */
export class KeySet<Key extends PublishedKey = PublishedKey> {
  readonly keys: readonly Key[]
  #byKid = new Map<string, KeysByAlgorithm>()
  #withAnyKid: KeysByAlgorithm = new Map()
  #epoch = -1

  constructor(keys: readonly Key[]) {
    this.keys = keys
  }

  /**
   * The keys that suit a token's header.
   *
   * @returns `undefined` when the set knows nothing of that key id, or has no key at all for a token without one
   */
  find(kid: string | undefined, alg: string | undefined): readonly PublishedKey[] | undefined {
    if (this.#epoch !== distrustedKeys.epoch) this.#index()
    if (kid === undefined) return this.#withAnyKid.get(alg)
    const byAlgorithm = this.#byKid.get(kid)
    return byAlgorithm === undefined ? undefined : (byAlgorithm.get(alg) ?? noKeys)
  }

  /** Whether the set has that key id, but only with distrusted keys. */
  hasOnlyDistrusted(kid: string | undefined): boolean {
    return (
      kid !== undefined &&
      distrustedKeys.epoch > 0 &&
      !this.#byKid.has(kid) &&
      this.keys.some((key) => key.kid === kid && distrustedKeys.thumbprints.has(key.thumbprint))
    )
  }

  #index(): void {
    this.#epoch = distrustedKeys.epoch
    const trusted = this.keys.filter((key) => !distrustedKeys.thumbprints.has(key.thumbprint))
    this.#withAnyKid = byAlgorithm(trusted)
    this.#byKid = new Map()
    for (const { kid } of trusted) {
      if (kid === undefined || this.#byKid.has(kid)) continue
      this.#byKid.set(kid, byAlgorithm(trusted.filter((key) => key.kid === kid)))
    }
  }
}

function byAlgorithm(keys: readonly PublishedKey[]): KeysByAlgorithm {
  const found: KeysByAlgorithm = new Map()
  for (const algorithm of [...knownAlgorithms.sig, ...knownAlgorithms.enc]) {
    const fitting = keys.filter((key) => fitsAlgorithm(key, algorithm))
    if (fitting.length > 0) found.set(algorithm, Object.freeze(fitting))
  }
  return found
}
