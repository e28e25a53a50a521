import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { PlainLine } from './test/plain-line.ts'

/** Sources and tests get Nest from where test/nest11 has it: one copy of Nest 11 for an application and the adapter. */
function nest11(): Plugin {
  const importer = fileURLToPath(new URL('test/nest11/package.json', import.meta.url))
  return {
    name: 'nest11',
    enforce: 'pre',
    resolveId: {
      filter: { id: /^@nestjs\// },
      handler(id) {
        return this.resolve(id, importer, { skipSelf: true })
      },
    },
  }
}

export default defineConfig({
  // Tests read the packages' sources, so that none runs against a stale build.
  ssr: { resolve: { conditions: ['@sallyport/source', 'module', 'node', 'development|production'] } },
  test: {
    exclude: ['**/dist/**', '**/node_modules/**'],
    reporters: ['default', new PlainLine()],
    testTimeout: 20_000,
    // By default one processor is left alone, which is half of a machine with two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'sallyport',
          include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'examples/*/src/**/*.test.ts'],
          env: { NEST_MAJOR: '12' },
        },
      },
      {
        extends: true,
        plugins: [nest11()],
        test: { name: 'nest11', include: ['packages/nest/src/**/*.test.ts'], env: { NEST_MAJOR: '11' } },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.*'],
      reporter: ['text-summary', 'html'],
    },
  },
})
