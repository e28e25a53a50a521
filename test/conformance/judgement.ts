import type { Requirement } from './requirement.ts'
import type { TestResult, TestRun } from './results.ts'

/** `missing`: no test cites it. `skipped`: a test that cites it did not run. `later`: it is about what does not exist. */
export type Outcome = 'passed' | 'failed' | 'skipped' | 'missing' | 'later'

export interface JudgedRequirement {
  readonly requirement: Requirement
  readonly tests: readonly TestResult[]
  readonly outcome: Outcome
}

export interface Judgement {
  readonly requirements: readonly JudgedRequirement[]
  /** What keeps the run from being good, in sentences; none when it is. */
  readonly problems: readonly string[]
}

/** Holds the tests that ran against the requirements. */
export function judge(requirements: readonly Requirement[], { tests, brokenFiles }: TestRun): Judgement {
  const judged = requirements.map((requirement) => {
    const own = tests.filter(({ proves }) => proves.includes(requirement.id))
    return { requirement, tests: own, outcome: outcomeOf(requirement, own) }
  })
  return { requirements: judged, problems: problemsOf(judged, tests, brokenFiles) }
}

function outcomeOf({ later }: Requirement, tests: readonly TestResult[]): Outcome {
  if (later !== undefined) return 'later'
  if (tests.length === 0) return 'missing'
  if (tests.some(({ outcome }) => outcome === 'failed')) return 'failed'
  return tests.some(({ outcome }) => outcome === 'skipped') ? 'skipped' : 'passed'
}

const complaints: Readonly<Partial<Record<Outcome, string>>> = {
  failed: 'a test of it failed',
  skipped: 'a test of it did not run',
  missing: 'no test cites it',
}

function problemsOf(
  judged: readonly JudgedRequirement[],
  tests: readonly TestResult[],
  brokenFiles: readonly string[],
): string[] {
  const known = new Set(judged.map(({ requirement }) => requirement.id))
  const unknown = tests.flatMap(({ proves, file, title }) =>
    proves.filter((id) => !known.has(id)).map((id) => `${id}: there is no such requirement (${file}, "${title}")`),
  )
  const others = tests.filter(({ outcome, proves }) => outcome === 'failed' && !proves.some((id) => known.has(id)))
  return [
    ...judged.flatMap(({ requirement: { id }, outcome }) => {
      const complaint = complaints[outcome]
      return complaint === undefined ? [] : [`${id}: ${complaint}`]
    }),
    ...new Set(unknown),
    ...others.map(({ file, name }) => `a test failed that cites no requirement (${file}, "${name}")`),
    ...brokenFiles.map((file) => `${file} could not be loaded`),
  ]
}
