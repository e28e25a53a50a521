import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { catalogue } from '../attacks/catalogue/index.ts'
import { frameworkNames } from '../attacks/targets/frameworks.ts'
import { attackResults } from './attack-results.ts'
import { judge } from './judgement.ts'
import { formatHtml } from './reports/html.ts'
import { formatMarkdown } from './reports/markdown.ts'
import { makeReport } from './reports/report.ts'
import { coloured, formatTable, plain } from './reports/table.ts'
import { requirements } from './requirements.ts'
import { readRun } from './results.ts'

// npm run conformance [-- --result FILE]
//
// Runs the test suites, or reads what an earlier run of Vitest's JSON reporter wrote; holds the names of the tests that
// ran and passed against the requirements; prints the matrix, and writes it as HTML and Markdown.

const root = process.cwd()
const directory = join(root, 'conformance-report')
const { values } = parseArgs({ options: { result: { type: 'string' } } })

mkdirSync(directory, { recursive: true })
const resultFile = values.result ?? (await runSuites(join(directory, 'vitest.json')))
const run = readRun(readFileSync(resultFile, 'utf8'), root)
const made = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, Node.js ${process.version}`
const report = makeReport(judge(requirements, run), attackResults(catalogue, frameworkNames, run.tests), made)

writeFileSync(join(directory, 'index.html'), formatHtml(report))
writeFileSync(join(directory, 'report.md'), formatMarkdown(report))
console.log(formatTable(report, process.stdout.isTTY ? coloured : plain))
console.log('\nconformance-report/index.html, conformance-report/report.md')
process.exitCode = report.problems.length === 0 ? 0 : 1

/** @returns the file with the results; a failed test is no fault here: it is judged like the others */
async function runSuites(file: string): Promise<string> {
  // A run that breaks off must not be judged by an earlier one.
  rmSync(file, { force: true })
  const vitest = join(dirname(fileURLToPath(import.meta.resolve('vitest/package.json'))), 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const suites = spawn(process.execPath, [vitest, 'run', ...reporters], { cwd: root, stdio: 'inherit' })
  await new Promise<void>((resolve, reject) => {
    suites.once('error', reject)
    suites.once('exit', () => resolve())
  })
  return file
}
