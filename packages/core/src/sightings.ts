/** How much of a token's end is looked at: 48 bits of its signature or tag. */
const length = 8

/**
 * Which tokens have passed lately, in memory of a fixed size: of each only a number, which a later token's may replace.
 * It errs on both sides, and may: it decides what is worth remembering, never what is accepted.
 */
export class Sightings {
  #seen: Uint32Array

  /** @param lately how many tokens may come between the two sightings of one */
  constructor(lately: number) {
    this.#seen = new Uint32Array(2 ** Math.ceil(Math.log2(Math.min(Math.max(lately, 1_024), 1_048_576))))
  }

  /** Whether the token has passed before; from now on it has. */
  isSecond(token: string): boolean {
    const hash = hashOf(token)
    const slot = hash & (this.#seen.length - 1)
    if (this.#seen[slot] === hash) return true
    this.#seen[slot] = hash
    return false
  }
}

/** FNV-1a over the token's end. */
function hashOf(token: string): number {
  let hash = 0x811c9dc5
  for (let index = Math.max(0, token.length - length); index < token.length; index++) {
    hash = Math.imul(hash ^ token.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
