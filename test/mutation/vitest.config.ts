import { defineConfig } from 'vitest/config'

/**
 * The tests of core alone, beside its sources: what the mutants of core must not survive. Those that measure times are left out:
 * an instrumented program misses them.
 */
export default defineConfig({
  ssr: { resolve: { conditions: ['@sallyport/source', 'module', 'node', 'development|production'] } },
  test: {
    include: ['packages/core/src/**/*.test.ts'],
    exclude: ['**/dist/**', '**/node_modules/**', '**/cost.test.ts'],
    testTimeout: 20_000,
  },
})
