/** How much of a token's end is looked at: 48 bits of its signature or tag. */
const length = 8

/** More are not kept apart, however large the cache. */
const most = 262_144

/**
 * Which tokens have passed lately, a number for each, in two generations: when the younger one is full, it takes the
 * place of the older one. Two tokens may have the same number: it decides what is worth remembering, never what is
 * accepted.
 */
export class Sightings {
  #lately: number
  #younger = new Set<number>()
  #older: ReadonlySet<number> = new Set()

  /** @param lately how many tokens may come between the two sightings of one, at least */
  constructor(lately: number) {
    this.#lately = Math.min(lately, most)
  }

  /** Whether the token has passed before; from now on it has. */
  isSecond(token: string): boolean {
    const number = numberOf(token)
    if (this.#younger.has(number) || this.#older.has(number)) return true
    if (this.#younger.size >= this.#lately) {
      this.#older = this.#younger
      this.#younger = new Set()
    }
    this.#younger.add(number)
    return false
  }
}

/** A token's number: FNV-1a over its end, as an integer of 32 bits. Others may have the same. */
export function numberOf(token: string): number {
  let number = 0x811c9dc5 | 0
  for (let index = Math.max(0, token.length - length); index < token.length; index++) {
    number = Math.imul(number ^ token.charCodeAt(index), 0x01000193)
  }
  return number
}
