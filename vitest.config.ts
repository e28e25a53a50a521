import { defineConfig } from 'vitest/config'
import { PlainLine } from './test/plain-line.ts'

export default defineConfig({
  // Tests read the packages' sources, so that none runs against a stale build.
  ssr: { resolve: { conditions: ['@sallyport/source', 'module', 'node', 'development|production'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'examples/*/src/**/*.test.ts'],
    exclude: ['**/dist/**', '**/node_modules/**'],
    reporters: ['default', new PlainLine()],
    testTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
})
