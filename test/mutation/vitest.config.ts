import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** A mutant is dead at the first test that fails: the quick files come first, where Vitest starts with the slow ones. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toReversed()
  }
}

/**
 * The tests of core alone, beside its sources: what the mutants of core must not survive. Those that measure times are
 * left out: an instrumented program misses them.
 */
export default defineConfig({
  ssr: { resolve: { conditions: ['@sallyport/source', 'module', 'node', 'development|production'] } },
  test: {
    include: ['packages/core/src/**/*.test.ts'],
    exclude: ['**/dist/**', '**/node_modules/**', '**/cost.test.ts'],
    sequence: { sequencer: QuickestFirst },
    testTimeout: 20_000,
  },
})
