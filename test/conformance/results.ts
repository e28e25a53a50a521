import { requirementsOf } from '../checks/traceability.ts'

/** What became of one test. */
export interface TestResult {
  /** Its own title, with those of its suites before it. */
  readonly name: string
  readonly title: string
  /** Path of its file, relative to the repository. */
  readonly file: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** The requirements that its title, or a suite's, starts with. */
  readonly proves: readonly string[]
}

/** A whole run of the suites. */
export interface TestRun {
  readonly tests: readonly TestResult[]
  /** Files that did not even load. */
  readonly brokenFiles: readonly string[]
}

/** As far as Vitest's JSON reporter is read; it is Jest's format. */
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

/**
 * Reads what Vitest's JSON reporter wrote.
 *
 * @param root of the repository, which the paths of the files start with
 * @throws Error when it is no such report
 */
export function readRun(text: string, root: string): TestRun {
  const report = JSON.parse(text) as Partial<VitestReport> | null
  if (!Array.isArray(report?.testResults)) throw new Error('This is no report of the JSON reporter of Vitest')
  const files = (report as VitestReport).testResults
  return {
    tests: files.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ ancestorTitles, title, status }) => ({
        name: [...ancestorTitles, title].join(' > '),
        title,
        file: relativeTo(root, name),
        outcome: outcomeOf(status),
        proves: [...new Set([...ancestorTitles, title].flatMap(requirementsOf))],
      })),
    ),
    brokenFiles: files
      .filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some(isFailed))
      .map(({ name }) => relativeTo(root, name)),
  }
}

function isFailed({ status }: { readonly status: string }): boolean {
  return status === 'failed'
}

/** Only what ran and passed counts as passed; skipped, pending and todo are the same: nobody looked. */
function outcomeOf(status: string): TestResult['outcome'] {
  return status === 'passed' || status === 'failed' ? status : 'skipped'
}

function relativeTo(root: string, path: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
}
