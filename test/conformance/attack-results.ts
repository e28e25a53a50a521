import type { Attack } from '../attacks/attack.ts'
import { attackTitle, verifierName } from '../attacks/title.ts'
import { grouped } from './grouped.ts'
import type { TestResult } from './results.ts'

/** An attack of the catalogue, and what became of it in the run. */
export interface AttackResult {
  readonly group: string
  readonly attack: Attack
  readonly tests: readonly TestResult[]
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'missing'
}

/** Finds the tests of every attack by their titles. */
export function attackResults(
  catalogue: Readonly<Record<string, readonly Attack[]>>,
  frameworks: readonly string[],
  tests: readonly TestResult[],
): AttackResult[] {
  const byTitle = grouped(tests, ({ title }) => title)
  return Object.entries(catalogue).flatMap(([group, attacks]) =>
    attacks.map((attack) => {
      const own = [...frameworks, verifierName].flatMap((who) => byTitle.get(attackTitle(who, attack)) ?? [])
      return { group, attack, tests: own, outcome: outcomeOf(own) }
    }),
  )
}

function outcomeOf(tests: readonly TestResult[]): AttackResult['outcome'] {
  if (tests.length === 0) return 'missing'
  return tests.find(({ outcome }) => outcome !== 'passed')?.outcome ?? 'passed'
}
