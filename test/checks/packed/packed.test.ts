import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { findPackingViolations } from './contents.ts'
import { installPackages, link, packPackages } from './packages.ts'
import { publishedPackages, repositoryRoot } from '../repository.ts'
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
    link(project, join(repositoryRoot, 'test'), ['@types/express', '@types/koa'])
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

  it('compile in a strict program for bundlers', async () => {
    const bundler = { module: 'esnext', moduleResolution: 'bundler', noEmit: true }
    const { exitCode, output } = await compile(bundler, ['esm.ts'])
    expect(exitCode, output).toBe(0)
  })

  it('compile in a strict program for Node, and protect its applications: by import and by require', async () => {
    const { exitCode, output } = await compile({ module: 'nodenext', outDir: 'out' }, ['esm.ts', 'commonjs.cts'])
    expect(exitCode, output).toBe(0)
    const run = (file: string) => runProgram(process.execPath, [join('out', file)], { cwd: project })
    const [esm, commonjs] = await Promise.all([run('esm.js'), run('commonjs.cjs')])
    expect(esm).toEqual({ exitCode: 0, output: 'esm: as expected' })
    expect(commonjs).toEqual({ exitCode: 0, output: 'commonjs: as expected' })
  })
})
