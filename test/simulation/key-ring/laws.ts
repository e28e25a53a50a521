/** What a key ring promises, each by its short name. */
export const laws = [
  'valid tokens are accepted',
  'withdrawn keys are not used',
  'keys are published before use',
  'the ring is never forked',
  'gone keys stay gone',
] as const

export type Law = (typeof laws)[number]

/** A law that is broken once is mostly broken often. */
const enough = 20

/** Where promises were not kept. */
export class Violations {
  #byLaw = new Map<Law, string[]>(laws.map((law) => [law, []]))

  add(law: Law, what: string): void {
    const violations = this.#byLaw.get(law)
    if (violations !== undefined && violations.length < enough) violations.push(what)
  }

  of(law: Law): readonly string[] {
    return this.#byLaw.get(law) ?? []
  }
}
