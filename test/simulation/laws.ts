/** What is promised, each by its short name. */
export const laws = [
  'announced rotations refuse nobody',
  'unannounced rotations heal within 15 s',
  'old keys make no 401',
  'withdrawn keys are not used',
  'known keys are used at once',
  'waiting is bounded',
  'fetches are within the budget',
  'good answers are taken',
  'nobody else is asked',
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
