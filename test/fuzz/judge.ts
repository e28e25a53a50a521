import { isDeepStrictEqual } from 'node:util'
import type { AccessTokenErrorCode } from '@sallyport/core'
import type { Clock } from './clock.ts'
import type { Disagreement } from './disagreement.ts'
import { type Answer, type Outcome, present, type Presentation } from './presentation.ts'
import { Proof } from './reference/proof.ts'
import { type ReferenceVerdict, verdictOf } from './reference/reference.ts'
import { see } from './reference/seen.ts'
import { strictness } from './reference/strictness.ts'
import type { Site } from './subject.ts'
import { travel } from './travel.ts'

/** A verdict on which all agree. */
export interface Agreement {
  readonly answer: Answer
  /** The entry of the table of deliberate strictness that explains the refusal. */
  readonly strictness: string | undefined
}

export interface Judgement {
  readonly disagreements: readonly Disagreement[]
  /** By policy. */
  readonly agreements: ReadonlyMap<string, Agreement>
}

/** The verdicts of the reference, which take their time: ask for those of many tokens at once. */
export async function consult(proof: Proof, sites: readonly Site[], now: number): Promise<readonly ReferenceVerdict[]> {
  return Promise.all(sites.map(({ policy }) => verdictOf(policy, proof, now)))
}

/** Presents a token to every verifier of the sites, twice, and compares with the reference. */
export async function judge(
  presentation: Presentation,
  sites: readonly Site[],
  clock: Clock,
  verdicts?: readonly ReferenceVerdict[],
): Promise<Judgement> {
  const { token, now } = presentation
  const expected = verdicts ?? (await consult(new Proof(token), sites, now))
  const disagreements: Disagreement[] = []
  const agreements = new Map<string, Agreement>()
  clock.set(now)
  const found = await Promise.all(sites.map((site, index) => judgeAtSite(site, token, expected[index]!)))
  for (const [index, site] of sites.entries()) {
    const { agreement, disagreements: atSite } = found[index]!
    disagreements.push(...atSite)
    if (agreement === undefined) continue
    agreements.set(site.policy.name, agreement)
    const isTraveller = agreement.answer === 'accepted' && isChosen(token)
    if (isTraveller) disagreements.push(...(await travel(site, presentation, expected[index]!, clock)))
  }
  return { disagreements, agreements }
}

/** What costs as much as all the rest is done with one token in four. */
function isChosen(token: string): boolean {
  return token.charCodeAt(token.length - 2) % 4 === 0
}

interface AtSite {
  readonly disagreements: readonly Disagreement[]
  readonly agreement: Agreement | undefined
}

async function judgeAtSite(site: Site, token: string, verdict: ReferenceVerdict): Promise<AtSite> {
  const disagreements: Disagreement[] = []
  const policy = site.policy.name
  let first: Outcome | undefined
  let agreement: Agreement | undefined
  for (const { name: subject, verifier, isRemembering, isTwin } of site.subjects) {
    const add = (kind: Disagreement['kind'], wanted: unknown, actual: unknown) => {
      disagreements.push({ kind, policy, subject, expected: String(wanted), actual: String(actual) })
    }
    // Two at once, of which the second may wait for the first instead of being verified, and one when it is known.
    const [outcome, other] = await Promise.all([
      present(verifier, token),
      isChosen(token) ? present(verifier, token) : undefined,
    ])
    const isWorthwhile = isRemembering && (outcome.answer === 'accepted' || isChosen(token))
    const again = isWorthwhile ? await present(verifier, token) : outcome
    if (outcome.error !== undefined) add('undeclared error', 'an AccessTokenError', outcome.error)
    for (const { answer } of [other ?? outcome, again]) {
      if (outcome.answer !== answer) add('not the same twice', outcome.answer, answer)
    }
    if (outcome.result !== undefined && !isFrozen(outcome.result)) add('not frozen', 'frozen', 'not frozen')
    if (!isSame(outcome.result, again.result)) add('not the same twice', 'the same result', 'another one')
    if (!isTwin) {
      compare(site, token, verdict, outcome, add)
    } else if (first === undefined) {
      first = outcome
      agreement = compare(site, token, verdict, outcome, add)
    } else if (first.answer !== outcome.answer) {
      add('not the same everywhere', first.answer, outcome.answer)
    }
  }
  return { disagreements, agreement }
}

function compare(
  { policy }: Site,
  token: string,
  verdict: ReferenceVerdict,
  { answer, result }: Outcome,
  add: (kind: Disagreement['kind'], expected: unknown, actual: unknown) => void,
): Agreement | undefined {
  if (answer === undefined) return undefined
  const { codes, genuine } = verdict
  const allowed = () => [...codes].join(' or ')
  if (verdict.isContradicted === true) add('reference', 'what jose accepts', 'what jose refuses')
  if (codes.size > 0) {
    if (answer === 'accepted') add('laxer', allowed(), answer)
    else if (!codes.has(answer) && !strictnessOf(answer)) add('another code', allowed(), answer)
    return { answer, strictness: undefined }
  }
  const seen = see(policy, token, verdict)
  const applying = strictness.filter(({ applies }) => applies(seen))
  if (answer === 'accepted') {
    if (applying.length > 0) add('laxer', `refused: ${applying.map(({ id }) => id).join(', ')}`, answer)
    if (!isDeepStrictEqual(result?.claims, genuine?.claims)) add('claims differ', 'the claims as signed', 'others')
    return { answer, strictness: undefined }
  }
  const entry = applying.find(({ code }) => code === answer)
  if (applying.length === 0) add('stricter', 'accepted', answer)
  else if (entry === undefined) add('another code', applying.map(({ code }) => code).join(' or '), answer)
  return { answer, strictness: entry?.id }

  /** What is wrong with the form may be found before, or instead of, what is wrong with the claims. */
  function strictnessOf(code: AccessTokenErrorCode): boolean {
    const seen = see(policy, token, verdict)
    return strictness.some((one) => one.code === code && one.applies(seen))
  }
}

/** What is remembered is the same object, for which there is nothing to compare. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || isDeepStrictEqual(one, other)
}

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozen)
}
