import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type RunningTestIssuer, startTestIssuer } from '@sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installPackages, link, packPackages } from '../packed/packages.ts'
import { readmeCommandLines } from './command-lines.ts'
import { readmePrograms } from './programs.ts'
import { runCommandLines } from './run-command-lines.ts'
import { compilePrograms, type ExampleIssuer, freePorts, nameProgram, runCompiled } from './runner.ts'
import { publishedPackages, readPackage, repositoryRoot, trackedFiles } from '../repository.ts'
import { makeTemporaryDirectory, removeDirectory } from '../temporary-directory.ts'

// programs.ts says how the examples in a README are written.

const documents = trackedFiles().filter((path) =>
  /^((packages|examples)\/[^/]+\/)?(README|CONTRIBUTING)\.md$/.test(path),
)
const parsed = documents.flatMap((path) =>
  readmePrograms(readFileSync(join(repositoryRoot, path), 'utf8')).map((program) => ({ path, program })),
)
const ports = await freePorts(parsed.length)
const programs = parsed.map(({ path, program }, index) => ({
  title: `${path}:${program.line}`,
  program: nameProgram(path, program, ports[index]!),
}))

describe('examples in READMEs', () => {
  let directory: string
  let project: string
  let as: RunningTestIssuer
  let issuer: ExampleIssuer
  let typeErrors: string

  beforeAll(async () => {
    directory = makeTemporaryDirectory({ 'project/package.json': JSON.stringify({ type: 'module' }) })
    project = join(directory, 'project')
    await installPackages(project, await packPackages(directory))
    const test = join(repositoryRoot, 'test')
    const others = Object.keys(readPackage(test).manifest.devDependencies ?? {})
    const thirdParty = others.filter((name) => !name.startsWith('@sallyport/'))
    link(project, test, thirdParty)
    link(project, repositoryRoot, ['@types/node'])
    as = await startTestIssuer({ audience: 'https://api.example' })
    issuer = { url: as.verifierOptions.issuer, mint: (scope) => as.mint({ scope }) }
    typeErrors = await compilePrograms(
      project,
      programs.map(({ program }) => program),
      issuer,
    )
  }, 60_000)

  afterAll(async () => {
    await as?.close()
    removeDirectory(directory)
  })

  it('are there for the whole and for every package', () => {
    const folders = ['', ...publishedPackages().map(({ directory: folder }) => `packages/${basename(folder)}/`)]
    const isThere = (folder: string) => parsed.some(({ path }) => path === `${folder}README.md`)
    expect(folders.filter((folder) => !isThere(folder))).toEqual([])
  })

  it('have no type error', () => {
    expect(typeErrors).toBe('')
  })

  it("packages/cli: its README's command lines print what it says", { timeout: 60_000 }, async () => {
    const commandLines = readmeCommandLines(
      readFileSync(join(repositoryRoot, 'packages/cli/README.md'), 'utf8'),
      'sallyport',
    )
    expect(commandLines.length).toBeGreaterThan(5)
    expect(await runCommandLines(project, commandLines, as)).toEqual([])
  })

  it.concurrent.each(programs.filter(({ program }) => program.isRun))('$title runs as it says', async ({ program }) => {
    expect(await runCompiled(project, program, issuer, 15_000)).toEqual([])
  })
})
