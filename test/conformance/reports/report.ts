import type { AttackResult } from '../attack-results.ts'
import type { Judgement, Outcome } from '../judgement.ts'
import { bySection, type Section } from '../sections.ts'

/** Everything that a report shows. */
export interface Report extends Judgement {
  readonly sections: readonly Section[]
  readonly attacks: readonly AttackResult[]
  /** When and where: date and version of Node.js. */
  readonly made: string
}

export function makeReport(judgement: Judgement, attacks: readonly AttackResult[], made: string): Report {
  return { ...judgement, sections: bySection(judgement.requirements), attacks, made }
}

/** How often each outcome occurs among the requirements. */
export function countOutcomes({ requirements }: Judgement): Readonly<Record<Outcome, number>> {
  const count = { passed: 0, failed: 0, skipped: 0, missing: 0, later: 0 }
  for (const { outcome } of requirements) count[outcome]++
  return count
}

/** The numbers in one sentence. */
export function summary(report: Report): string {
  const { passed, failed, skipped, missing, later } = countOutcomes(report)
  const tests = new Set(report.requirements.flatMap((judged) => judged.tests)).size
  const repelled = report.attacks.filter(({ outcome }) => outcome === 'passed').length
  return [
    `${passed} of ${passed + failed + skipped + missing} requirements proven by ${tests} tests`,
    `${failed} failed`,
    `${skipped} not run`,
    `${missing} without a test`,
    `${later} for later`,
    `${repelled} of ${report.attacks.length} attacks answered right`,
  ].join(', ')
}

/** The expected answer to an attack, as text. */
export function expectedAnswer({ attack: { expected } }: AttackResult): string {
  return expected.join(' ')
}
