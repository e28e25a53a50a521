import type { KeptToken } from './corpus.ts'
import type { Report } from './messages.ts'
import type { Minimal } from './minimise.ts'

/** What all workers found together. */
export class Tally {
  readonly found: Minimal[] = []
  readonly kept = new Map<string, KeptToken>()
  #latest = new Map<number, Report>()
  #start = performance.now()

  add(report: Report): void {
    this.#latest.set(report.index, report)
    this.found.push(...report.found)
    for (const one of report.kept) if (!this.kept.has(one.outcome)) this.kept.set(one.outcome, one)
  }

  get seconds(): number {
    return (performance.now() - this.#start) / 1000
  }

  get tokens(): number {
    return this.#sum(({ tokens }) => tokens)
  }

  get disagreements(): number {
    return this.#sum(({ disagreements }) => disagreements)
  }

  get verdicts(): Readonly<Record<string, number>> {
    return this.#merge(({ verdicts }) => verdicts)
  }

  get strictness(): Readonly<Record<string, number>> {
    return this.#merge(({ strictness }) => strictness)
  }

  /** One line: how far, how fast, what. */
  toLine(): string {
    const rate = Math.round(this.tokens / this.seconds)
    const verdicts = Object.entries(this.verdicts).map(([answer, count]) => `${answer} ${count}`)
    const head = `${Math.round(this.seconds)} s, ${this.tokens} tokens, ${rate}/s, ${this.disagreements} disagreements`
    return `${head} | ${verdicts.join(', ')}`
  }

  #sum(of: (report: Report) => number): number {
    return [...this.#latest.values()].reduce((sum, report) => sum + of(report), 0)
  }

  #merge(of: (report: Report) => Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    const merged: Record<string, number> = {}
    for (const report of this.#latest.values()) {
      for (const [name, count] of Object.entries(of(report))) merged[name] = (merged[name] ?? 0) + count
    }
    return Object.fromEntries(Object.entries(merged).toSorted(([, one], [, other]) => other - one))
  }
}
