import type { Clock } from './clock.ts'
import type { Disagreement } from './disagreement.ts'
import { judge } from './judge.ts'
import type { Presentation } from './presentation.ts'
import { policies } from './policy.ts'
import { cook, type Recipe } from './recipe.ts'
import type { Judged } from './session.ts'
import { makeSite, type MakeSite } from './subject.ts'

/** The smallest that was found to make the same disagreement. */
export interface Minimal {
  readonly disagreement: Disagreement
  /** What has to be presented, in this order, to verifiers just made; the last one is the token at fault. */
  readonly presentations: readonly Presentation[]
  /** How the token is made, as far as it is made by a recipe and not cut to size afterwards. */
  readonly recipe: Recipe
  /** Whether fresh verifiers disagree again. If not, only the run as a whole shows it: by its seed. */
  readonly isReproduced: boolean
}

/** Whether verifiers just made disagree in the same way. */
type Test = (presentations: readonly Presentation[]) => Promise<boolean>

/** Longest search, so that a run goes on. */
const maxTests = 400

/**
 * Makes the recipe, and then the token, as small as it can be with the same disagreement.
 *
 * @param before what was presented earlier, for disagreements that need something remembered
 */
export async function minimise(
  found: Judged,
  before: readonly Presentation[],
  clock: Clock,
  make: MakeSite = makeSite,
): Promise<Minimal> {
  const disagreement = found.disagreements[0]!
  let left = maxTests
  const disagrees: Test = async (presentations) => left-- > 0 && isFound(disagreement, presentations, clock, make)
  const asMade = toPresentation(found.recipe)
  if (await disagrees([asMade])) {
    const recipe = await shrink(found.recipe, smallerRecipes, (smaller) => disagrees([toPresentation(smaller)]))
    const made = toPresentation(recipe)
    const token = await shrink(made.token, smallerTexts, (text) => disagrees([{ ...made, token: text }]))
    return { disagreement, presentations: [{ ...made, token }], recipe, isReproduced: true }
  }
  const sequence = [...before, asMade]
  if (!(await disagrees(sequence)))
    return { disagreement, presentations: [asMade], recipe: found.recipe, isReproduced: false }
  const needed = await shrink(before, smallerLists, (fewer) => disagrees([...fewer, asMade]))
  return { disagreement, presentations: [...needed, asMade], recipe: found.recipe, isReproduced: true }
}

function toPresentation(recipe: Recipe): Presentation {
  return { token: cook(recipe), now: recipe.now }
}

async function isFound(
  { kind, policy }: Disagreement,
  presentations: readonly Presentation[],
  clock: Clock,
  make: MakeSite,
): Promise<boolean> {
  const site = make(policies.find(({ name }) => name === policy)!)
  let last: readonly Disagreement[] = []
  for (const presentation of presentations) last = (await judge(presentation, [site], clock)).disagreements
  return last.some((other) => other.kind === kind)
}

/** Takes the first smaller one that still will do, until none does. */
async function shrink<T>(
  given: T,
  smaller: (value: T) => Iterable<T>,
  test: (value: T) => Promise<boolean>,
): Promise<T> {
  for (const candidate of smaller(given)) {
    if (await test(candidate)) return shrink(candidate, smaller, test)
  }
  return given
}

function* smallerRecipes(recipe: Recipe): Iterable<Recipe> {
  for (const part of ['text', 'members', 'draft'] as const) {
    for (const index of recipe[part].keys()) {
      yield { ...recipe, [part]: recipe[part].filter((_, other) => other !== index) }
    }
  }
  if (recipe.kind !== 'signed') yield { ...recipe, kind: 'signed' }
  for (let seed = 0; seed < Math.min(recipe.seed, 16); seed++) yield { ...recipe, seed }
  for (const part of ['text', 'draft'] as const) {
    for (const [index, { seed }] of recipe[part].entries()) {
      for (let smaller = 0; smaller < Math.min(seed, 32); smaller++) {
        const steps = recipe[part].map((step, other) => (other === index ? { ...step, seed: smaller } : step))
        yield { ...recipe, [part]: steps } as Recipe
      }
    }
  }
}

/** Without a part of it: coarse for a long text, character by character for a short one. */
function* smallerTexts(text: string): Iterable<string> {
  for (const parts of [2, 4, 8, 16, 32]) {
    const length = Math.max(1, Math.ceil(text.length / parts))
    for (let start = 0; start < text.length; start += length) yield text.slice(0, start) + text.slice(start + length)
  }
}

function* smallerLists<T>(list: readonly T[]): Iterable<readonly T[]> {
  for (let length = Math.ceil(list.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let start = 0; start < list.length; start += length) yield list.toSpliced(start, length)
  }
}
