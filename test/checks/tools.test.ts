import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { repositoryRoot } from './repository.ts'
import { runTool } from './run-program.ts'
import { makeTemporaryDirectory, removeDirectory } from './temporary-directory.ts'

// Types are checked before any test runs: `npm run setup` compiles everything, this folder included.

function lint(directory: string) {
  return runTool('oxlint', ['--type-aware', '--config', join(repositoryRoot, '.oxlintrc.json'), directory])
}

function checkFormat(directory: string) {
  return runTool('oxfmt', ['--check', '--config', join(repositoryRoot, '.oxfmtrc.json'), directory])
}

function findUnused(directory: string) {
  return runTool('knip', ['--no-progress', '--no-config-hints', '--directory', directory])
}

function plant(files: Record<string, string>): string {
  const directory = makeTemporaryDirectory(files)
  onTestFinished(() => removeDirectory(directory))
  return directory
}

const tsconfig = JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', target: 'es2023', types: [] } })

describe.concurrent('tools', { timeout: 120_000 }, () => {
  it('oxlint finds nothing in the repository', async () => {
    const { exitCode, output } = await lint(repositoryRoot)
    expect(exitCode, output).toBe(0)
  })

  it('oxlint finds a promise that nobody awaits, which needs types', async () => {
    const late = 'async function late(): Promise<void> {}\n'
    const directory = plant({
      'tsconfig.json': tsconfig,
      'src/a.ts': `${late}late()\n`,
      'src/b.ts': `${late}void late()\n`,
    })
    const { exitCode, output } = await lint(directory)
    expect(exitCode).toBe(1)
    expect(output).toContain('no-floating-promises')
    expect(output).toContain('1 error')
  })

  it('oxfmt would change nothing in the repository', async () => {
    const { exitCode, output } = await checkFormat(repositoryRoot)
    expect(exitCode, output).toBe(0)
  })

  it('oxfmt finds a line that is not in the house format', async () => {
    const { exitCode, output } = await checkFormat(
      plant({ 'bad.ts': 'export const a = "x";\n', 'good.ts': `export const b = 'x'\n` }),
    )
    expect(exitCode).toBe(1)
    expect(output).toContain('bad.ts')
    expect(output).not.toContain('good.ts')
  })

  it('knip finds no unused file, export or dependency in the repository', async () => {
    const { exitCode, output } = await findUnused(repositoryRoot)
    expect(exitCode, output).toBe(0)
  })

  it('knip finds an unused file, export and dependency', async () => {
    const directory = plant({
      'package.json': JSON.stringify({
        name: 'planted',
        main: 'src/index.ts',
        dependencies: { 'unused-package': '1' },
      }),
      'tsconfig.json': tsconfig,
      'src/index.ts': `import { used } from './room.ts'\nused()\n`,
      'src/room.ts': 'export function used() {}\nexport function neverCalled() {}\n',
      'src/forgotten.ts': 'export {}\n',
    })
    const { exitCode, output } = await findUnused(directory)
    expect(exitCode).toBe(1)
    for (const finding of ['unused-package', 'neverCalled', 'src/forgotten.ts']) expect(output).toContain(finding)
  })
})
