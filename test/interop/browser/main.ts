import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readRun } from '../../conformance/results.ts'

// npm run interop:browser
//
// Runs the tests with a real Chromium alone, and ends with a line of figures. Without Chromium it fails.

const root = process.cwd()
const directory = mkdtempSync(join(tmpdir(), 'sallyport-browser-'))
try {
  const file = join(directory, 'vitest.json')
  const start = performance.now()
  const exitCode = await runVitest('--reporter=verbose', '--reporter=json', `--outputFile.json=${file}`)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const { tests } = readRun(readFileSync(file, 'utf8'), root)
  const passed = tests.filter(({ outcome }) => outcome === 'passed').length
  console.log(`\nbrowser: ${tests.length} checks, ${passed} passed, ${seconds} s`)
  process.exitCode = exitCode === 0 && passed === tests.length && passed > 0 ? 0 : 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}

async function runVitest(...reporters: readonly string[]): Promise<number | null> {
  const vitest = join(dirname(fileURLToPath(import.meta.resolve('vitest/package.json'))), 'vitest.mjs')
  const args = [vitest, 'run', '--project', 'sallyport', 'test/interop/browser', ...reporters]
  const env = { ...process.env, SALLYPORT_REQUIRE_SERVICES: '1' }
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env })
  process.once('exit', () => child.kill())
  const [exitCode] = (await once(child, 'exit')) as [number | null]
  return exitCode
}
