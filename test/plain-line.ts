import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** Prints `N passed, N failed` as the very last line of a run, so that people and machines find it there. */
export class PlainLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++
      // A file that does not load has no failed test of its own, and still is a failure.
      if (module.state() === 'failed' && [...module.children.allTests('failed')].length === 0) count.failed++
    }
    process.on('exit', () => {
      const skipped = count.skipped + count.pending
      console.log(`\n${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
    })
  }
}
