import fc from 'fast-check'
import { Clock, epoch } from './clock.ts'
import type { Disagreement } from './disagreement.ts'
import { type Agreement, consult, judge } from './judge.ts'
import { cook, type Recipe, recipes } from './recipe.ts'
import { Proof } from './reference/proof.ts'
import { makeSite, type MakeSite, makeSites, type Site, type Sites } from './subject.ts'

/** A token that was judged. */
export interface Judged {
  readonly recipe: Recipe
  readonly token: string
  readonly disagreements: readonly Disagreement[]
  readonly agreements: ReadonlyMap<string, Agreement>
}

/** How many tokens the reference works on at a time. */
const batchSize = 64

/** Verdicts of which two may be at odds: the numbers of a run. */
export interface Counts {
  tokens: number
  /** Answers of Sallyport, one of each policy that a token met. */
  readonly answers: Map<string, number>
  /** Refusals that only the table of strictness explains, by its entries. */
  readonly strictness: Map<string, number>
  disagreements: number
}

/** Fuzzes: makes tokens, has them judged, counts. All that happens follows from the seed. */
export class Session {
  readonly counts: Counts = { tokens: 0, answers: new Map(), strictness: new Map(), disagreements: 0 }
  readonly clock = new Clock(epoch)
  #seed: number
  #batch = 0
  #sites: Sites

  constructor(seed: number, make: MakeSite = makeSite) {
    this.#seed = seed
    this.#sites = makeSites(make)
  }

  /** Judges some tokens; between `install` and `restore` of the clock. */
  async runBatch(): Promise<Judged[]> {
    const batch = fc.sample(recipes, { numRuns: batchSize, seed: this.#seed + 7919 * this.#batch++ })
    const prepared = await Promise.all(batch.map((recipe) => this.#prepare(recipe)))
    const judged: Judged[] = []
    for (const { recipe, token, sites, verdicts } of prepared) {
      const found = await judge({ token, now: recipe.now }, sites, this.clock, verdicts)
      this.#count(found)
      judged.push({ recipe, token, ...found })
    }
    return judged
  }

  async #prepare(recipe: Recipe) {
    const token = cook(recipe)
    const sites = sitesFor(this.#sites, token, recipe)
    return { recipe, token, sites, verdicts: await consult(new Proof(token), sites, recipe.now) }
  }

  #count({ disagreements, agreements }: Omit<Judged, 'recipe' | 'token'>): void {
    this.counts.tokens++
    this.counts.disagreements += disagreements.length
    for (const { answer, strictness } of agreements.values()) {
      increment(this.counts.answers, answer)
      if (strictness !== undefined) increment(this.counts.strictness, strictness)
    }
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** Each token meets the policy for its kind, and one more. */
function sitesFor({ one, nested, others }: Sites, token: string, { seed, now }: Recipe): readonly Site[] {
  const first = token.split('.').length === 5 ? nested : one
  return [first, others[(seed + Math.floor(now)) % others.length]!]
}
