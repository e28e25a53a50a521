import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { BenchArguments, SectionName } from './arguments.ts'
import { effortOf } from './effort.ts'
import { createProgress } from './progress.ts'
import { drawChart } from './report/chart.ts'
import { formatReport } from './report/table.ts'
import { colours, noColours } from './report/text.ts'
import type { BenchReport, CaseResult } from './results.ts'
import { measureCold } from './sections/cold.ts'
import { measureConcurrent } from './sections/concurrent.ts'
import { measureEncrypted } from './sections/encrypted.ts'
import { measureHttp } from './sections/http.ts'
import { measureIssue } from './sections/issue.ts'
import type { Run } from './sections/measure.ts'
import { measureMemory } from './sections/memory.ts'
import { measureProfile } from './sections/profile.ts'
import { measureWarm } from './sections/warm.ts'
import { judge } from './targets.ts'

/** The sections in which contenders meet. */
const contests: Readonly<Partial<Record<SectionName, (run: Run) => Promise<readonly CaseResult[]>>>> = {
  cold: measureCold,
  concurrent: measureConcurrent,
  warm: measureWarm,
  encrypted: measureEncrypted,
  issue: measureIssue,
  http: measureHttp,
}

/**
 * Runs the sections and prints what they found.
 *
 * @returns whether Sallyport passed every check; a target that is missed is a figure, not a failure
 */
export async function runBench(given: BenchArguments): Promise<boolean> {
  const progress = createProgress(process.stderr, given.output)
  const report = await measure(given, { effort: effortOf(given), progress })
  progress.clear()
  if (given.svg !== undefined) writeFileSync(given.svg, drawChart(report))
  const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
  console.log(
    given.output === 'json'
      ? JSON.stringify(report, undefined, 2)
      : formatReport(report, isColoured ? colours : noColours),
  )
  return report.cases.every(({ contenders }) =>
    contenders.every(({ role, status }) => role !== 'sallyport' || status !== 'failed'),
  )
}

async function measure({ sections, effort }: BenchArguments, run: Run): Promise<BenchReport> {
  const start = Date.now()
  const cases: CaseResult[] = []
  for (const section of sections) cases.push(...((await contests[section]?.(run)) ?? []))
  const memory = sections.includes('memory') ? await measureMemory(run) : []
  const profiles = sections.includes('profile') ? await measureProfile(run) : []
  const [processor] = cpus()
  return {
    machine: {
      node: process.versions.node,
      openssl: process.versions.openssl,
      cpu: processor?.model ?? 'unknown',
      cores: cpus().length,
    },
    effort,
    startedAt: new Date(start).toISOString(),
    durationSeconds: (Date.now() - start) / 1000,
    cases,
    memory,
    profiles,
    targets: judge(cases, memory),
  }
}
