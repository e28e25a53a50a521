import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { findPackingViolations } from './contents.ts'
import { entryPoints, exportedNames, namesProgram } from './entry-points.ts'
import { installPackages, link, packPackages } from './packages.ts'
import { publishedPackages, readPackage, repositoryRoot } from '../repository.ts'
import { runProgram, runTool } from '../run-program.ts'
import { makeTemporaryDirectory, removeDirectory } from '../temporary-directory.ts'

const names = publishedPackages().map(({ manifest }) => manifest.name)

const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  target: 'es2023',
  lib: ['es2023'],
  types: ['node'],
}

function publint(target: string) {
  return runTool('publint', ['run', target, '--pack', 'false', '--strict'])
}

describe('packed packages', () => {
  let directory: string
  let project: string
  let tarballs: readonly string[]

  beforeAll(async () => {
    directory = makeTemporaryDirectory({ 'project/package.json': JSON.stringify({ type: 'module' }) })
    project = join(directory, 'project')
    tarballs = await packPackages(directory)
    await installPackages(project, tarballs)
    link(project, repositoryRoot, ['@types/node'])
    const frameworks = ['@types/express', '@types/koa', '@nestjs/platform-express', 'reflect-metadata']
    link(project, join(repositoryRoot, 'test'), frameworks)
    cpSync(new URL('consumers', import.meta.url), project, { recursive: true })
  }, 60_000)

  afterAll(() => removeDirectory(directory))

  function compile(options: Record<string, unknown>, include: readonly string[]) {
    const compilerOptions = { ...strictest, ...options }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }))
    return runTool('tsc', ['-p', project])
  }

  it.each(names)('%s: its tarball has what its entry points need, and nothing else', (name) => {
    expect(findPackingViolations(join(project, 'node_modules', name))).toEqual([])
  })

  it('publint finds nothing', async () => {
    const outcomes = await Promise.all(tarballs.map(publint))
    for (const { exitCode, output } of outcomes) expect(exitCode, output).toBe(0)
    expect(outcomes).toHaveLength(names.length)
  })

  it('publint finds an entry point that is not packed', async () => {
    const manifest = { name: 'planted', version: '1.0.0', type: 'module', exports: { '.': './missing.js' } }
    const planted = makeTemporaryDirectory({ 'package.json': JSON.stringify(manifest) })
    onTestFinished(() => removeDirectory(planted))
    const { exitCode, output } = await publint(planted)
    expect(exitCode, output).toBe(1)
    expect(output).toContain('missing.js')
  })

  it('are installed with what they declare only, so that an import of anything else fails', async () => {
    const resolve = (name: string) => {
      return runProgram(process.execPath, ['-p', `require.resolve('${name}')`], { cwd: project })
    }
    const core = join(project, 'node_modules/@sallyport/core/dist/index.js')
    expect(await resolve('@sallyport/core')).toEqual({ exitCode: 0, output: core })
    expect(await resolve('express')).toMatchObject({ exitCode: 0 })
    expect(await resolve('supertest')).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('Cannot find module'),
    })
  })

  it('have the same entry points by import and by require', async () => {
    const { imported, required } = await exportedNames(project)
    expect(required).toEqual(imported)
    expect(Object.keys(imported)).toEqual(entryPoints())
    expect(imported['@sallyport/core']).toContain('createVerifier')
    expect(imported['@sallyport/core/adapter']).toContain('createGate')
  })

  describe('in strict programs', { timeout: 60_000 }, () => {
    beforeAll(async () => {
      const { imported } = await exportedNames(project)
      const core = imported['@sallyport/core'] ?? []
      for (const [file, text] of [
        ['names.ts', namesProgram(imported, 'import')],
        ['names.cts', namesProgram(imported, 'require')],
        ['undeclared.ts', namesProgram({ '@sallyport/core': [...core, 'planted'] }, 'import')],
        ['missing.ts', namesProgram({ '@sallyport/core': core.slice(1) }, 'import')],
      ] as const) {
        writeFileSync(join(project, file), text)
      }
    })

    it.each([
      ['for bundlers', { module: 'esnext', moduleResolution: 'bundler' }],
      ['for Node, by node16', { module: 'node16' }],
    ])('compile %s, and declare what is there and nothing else', async (_, options) => {
      const { exitCode, output } = await compile({ ...options, noEmit: true }, ['esm.ts', 'names.ts'])
      expect(exitCode, output).toBe(0)
    })

    it('compile for Node, by import and by require, and protect its applications', async () => {
      const decorators = { experimentalDecorators: true, emitDecoratorMetadata: true }
      const sources = ['esm.ts', 'commonjs.cts', 'koa.cts', 'nest.ts', 'names.ts', 'names.cts']
      const { exitCode, output } = await compile({ module: 'nodenext', outDir: 'out', ...decorators }, sources)
      expect(exitCode, output).toBe(0)
      const run = (file: string) => runProgram(process.execPath, [join('out', file)], { cwd: project })
      const outcomes = await Promise.all(['esm.js', 'commonjs.cjs', 'koa.cjs', 'nest.js'].map(run))
      expect(outcomes).toEqual(
        ['esm', 'commonjs', 'koa', 'nest'].map((name) => ({ exitCode: 0, output: `${name}: as expected` })),
      )
    })

    it('would not compile where the types have a value less or more than the code', async () => {
      const { output } = await compile({ module: 'nodenext', noEmit: true }, ['undeclared.ts', 'missing.ts'])
      expect(output).toMatch(/undeclared\.ts.*'planted' does not exist/)
      expect(output).toMatch(/missing\.ts.*Property '\w+' is missing/)
    })
  })

  it('bring a command that npx runs, which reads tokens from standard input', async () => {
    const version = await runProgram('npx', ['--no-install', 'sallyport', '--version'], { cwd: project })
    const cli = readPackage(join(project, 'node_modules/@sallyport/cli')).manifest
    expect(version).toEqual({ exitCode: 0, output: cli.version })
    const script = 'echo Bearer e30.e30. | node_modules/.bin/sallyport inspect --json'
    const { exitCode, output } = await runProgram('sh', ['-c', script], { cwd: project })
    expect(exitCode).toBe(1)
    expect(JSON.parse(output)).toMatchObject({ command: 'inspect', token: { kind: 'signed', bytes: 8 } })
  })

  it('serve a program in plain JavaScript', async () => {
    const outcome = await runProgram(process.execPath, ['javascript.cjs'], { cwd: project })
    expect(outcome).toEqual({ exitCode: 0, output: 'javascript: as expected' })
  })
})
