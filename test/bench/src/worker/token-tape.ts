/**
 * Tokens in turn, over and over, each time as a new string: as from the network, where nothing about a string is known
 * before, neither its hash nor that it is equal to another.
 */
export class TokenTape {
  #bytes: Buffer
  #ends: readonly number[]
  #next = 0

  constructor(tokens: readonly string[]) {
    let end = 0
    this.#bytes = Buffer.from(tokens.join(''), 'latin1')
    this.#ends = tokens.map((token) => (end += token.length))
  }

  next(count: number): readonly string[] {
    return Array.from({ length: count }, () => {
      const start = this.#ends[this.#next - 1] ?? 0
      const end = this.#ends[this.#next]
      this.#next = (this.#next + 1) % this.#ends.length
      return this.#bytes.toString('latin1', start, end)
    })
  }
}
