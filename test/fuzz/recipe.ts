import fc from 'fast-check'
import { epoch } from './clock.ts'
import { Random } from './random.ts'
import { type DraftStepName, draftSteps, draftStepGroups, type TextStepName, textSteps } from './steps/index.ts'
import { draftToken, type TokenDraft, type TokenKind, writeToken } from './token/token-draft.ts'

/** How a token is made: the same recipe makes the same token, and a part left out leaves the rest as it was. */
export interface Recipe {
  readonly kind: TokenKind
  /** What the good token is that it begins with. */
  readonly seed: number
  /** When it is presented, in seconds since the epoch. */
  readonly now: number
  readonly draft: readonly { readonly step: DraftStepName; readonly seed: number }[]
  /** Members of any value, for a header or the claims. */
  readonly members: readonly ExtraMember[]
  readonly text: readonly { readonly step: TextStepName; readonly seed: number }[]
}

interface ExtraMember {
  readonly where: 'header' | 'claims' | 'outer'
  readonly name: string
  /** JSON. */
  readonly value: string
}

/** Good tokens that are made again and again are made once. */
const keptSeeds = 192
const kept = new Map<string, string>()

function goodToken(kind: TokenKind, seed: number): string {
  if (seed >= keptSeeds) return writeToken(draftToken(kind, seed))
  const key = `${kind} ${seed}`
  let token = kept.get(key)
  if (token === undefined) kept.set(key, (token = writeToken(draftToken(kind, seed))))
  return token
}

/** Makes the token of a recipe. */
export function cook(recipe: Recipe): string {
  const { kind, seed, now, draft, members, text } = recipe
  let token: string
  if (draft.length === 0 && members.length === 0) {
    token = goodToken(kind, seed)
  } else {
    const drafted = draftToken(kind, seed)
    if (kind === 'bare' && drafted.envelope !== undefined)
      drafted.envelope.content = () => drafted.signed.payload.toBytes()
    for (const { step, seed: stepSeed } of draft) draftSteps[step](drafted, { random: new Random(stepSeed), now })
    for (const member of members) addMember(drafted, member)
    token = writeToken(drafted)
  }
  for (const { step, seed: stepSeed } of text) {
    const random = new Random(stepSeed)
    const other = () => goodToken(random.pick([kind, 'signed'] as const), random.below(keptSeeds))
    token = textSteps[step](token, { random, now, other })
  }
  return token
}

function addMember({ signed, envelope }: TokenDraft, { where, name, value }: ExtraMember): void {
  const json = where === 'claims' ? signed.payload : where === 'header' ? signed.header : envelope?.header
  json?.set(name, value)
}

const seeds = fc.nat(0x7fffffff)

function stepsOf<Name extends string>(names: readonly Name[]): fc.Arbitrary<{ step: Name; seed: number }> {
  return fc.record({ step: fc.constantFrom(...names), seed: seeds })
}

const draftStep = (kind: keyof typeof draftStepGroups) =>
  fc.oneof(...draftStepGroups[kind].map(({ weight, names }) => ({ weight, arbitrary: stepsOf(names) })))

const textStep = stepsOf(Object.keys(textSteps) as TextStepName[])

const member: fc.Arbitrary<ExtraMember> = fc.record({
  where: fc.constantFrom('header', 'claims', 'outer'),
  name: fc.oneof(
    fc.constantFrom('alg', 'typ', 'kid', 'cty', 'iss', 'aud', 'exp', 'nbf', 'scope', 'cnf', 'roles', 'x'),
    fc.string({ maxLength: 8 }),
    fc.constantFrom('', '\0', '\ud800', '\u212a', '__proto__', 'constructor', '\u2028', '\u{1f511}'),
  ),
  value: fc.json({ maxDepth: 3 }),
})

const encryptedKind = fc.oneof(
  { weight: 4, arbitrary: fc.constant<TokenKind>('nested') },
  { weight: 1, arbitrary: fc.constant<TokenKind>('bare') },
)

const now = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: epoch, max: epoch + 3600 }) },
  { weight: 1, arbitrary: fc.integer({ min: epoch * 4, max: (epoch + 3600) * 4 }).map((quarters) => quarters / 4) },
)

/** Tokens that are good, or spoilt after they were made. */
const spoilt = (kind: fc.Arbitrary<TokenKind>): fc.Arbitrary<Recipe> =>
  fc.record({
    kind,
    seed: fc.nat(keptSeeds - 1),
    now,
    draft: fc.constant([]),
    members: fc.constant([]),
    text: fc.array(textStep, { maxLength: 2, size: 'max' }),
  })

/** Tokens that were made in a strange way, and some of them spoilt too. */
const strange = (kind: fc.Arbitrary<TokenKind>, step: fc.Arbitrary<Recipe['draft'][number]>): fc.Arbitrary<Recipe> =>
  fc.record({
    kind,
    seed: seeds,
    now,
    draft: fc.array(step, { minLength: 1, maxLength: 3, size: 'max' }),
    members: fc.oneof(
      { weight: 7, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(member, { minLength: 1, maxLength: 2 }) },
    ),
    text: fc.oneof(
      { weight: 6, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(textStep, { minLength: 1, maxLength: 1 }) },
    ),
  })

const signedKind = fc.constant<TokenKind>('signed')

/** Recipes of all kinds. */
export const recipes: fc.Arbitrary<Recipe> = fc.oneof(
  { weight: 3, arbitrary: spoilt(signedKind) },
  { weight: 1, arbitrary: spoilt(encryptedKind) },
  { weight: 4, arbitrary: strange(signedKind, draftStep('signed')) },
  { weight: 3, arbitrary: strange(encryptedKind, draftStep('encrypted')) },
)
