import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findDynamicCode } from './dynamic-code.ts'
import { installScripts, productionClosure } from './production-closure.ts'
import { publishedPackages, readPackage, sourceFiles } from '../repository.ts'
import { makeTemporaryDirectory, removeDirectory } from '../temporary-directory.ts'

const packages = publishedPackages()
const listed = JSON.parse(readFileSync(new URL('production-dependencies.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, readonly string[]>
>

/** A package `planted` whose dependency has one of its own, as a package manager lays them out. */
function plant(): string {
  const directory = makeTemporaryDirectory({
    'package.json': JSON.stringify({ name: 'planted', dependencies: { near: '1' }, devDependencies: { tool: '1' } }),
    'node_modules/near/package.json': JSON.stringify({
      name: 'near',
      dependencies: { far: '1' },
      scripts: { test: '' },
    }),
    'node_modules/far/package.json': JSON.stringify({ name: 'far', scripts: { postinstall: 'node install.js' } }),
    'node_modules/native/package.json': JSON.stringify({ name: 'native' }),
    'node_modules/native/binding.gyp': '{}',
  })
  onTestFinished(() => removeDirectory(directory))
  return directory
}

function closureNames(directory: string): string[] {
  const names = productionClosure(readPackage(directory)).map(({ manifest }) => manifest.name)
  return names.slice(1).toSorted()
}

describe('SUPPLY-2: production dependencies', () => {
  it('SUPPLY-2: are those listed in production-dependencies.json, package by package', () => {
    expect(Object.fromEntries(packages.map((one) => [one.manifest.name, closureNames(one.directory)]))).toEqual(listed)
  })

  it('SUPPLY-2: a new one is found, also as the dependency of a dependency', () => {
    expect(closureNames(plant())).toEqual(['far', 'near'])
  })
})

describe('SUPPLY-1: install scripts', () => {
  it('SUPPLY-1: no package, ours or of the production closure, runs a script when it is installed', () => {
    const closure = packages.flatMap(productionClosure)
    expect(closure.filter((one) => installScripts(one).length > 0)).toEqual([])
  })

  it('SUPPLY-1: catches an install script, and a native addon that is built without one', () => {
    const directory = plant()
    const scripts = (name: string) => installScripts(readPackage(join(directory, 'node_modules', name)))
    expect(scripts('far')).toEqual(['postinstall'])
    expect(scripts('native')).toEqual(['binding.gyp'])
    expect(scripts('near')).toEqual([])
  })
})

describe('SUPPLY-1: dynamic code', () => {
  it('SUPPLY-1: no source of ours makes code out of text', () => {
    const sources = packages.flatMap(sourceFiles)
    expect(sources.length).toBeGreaterThan(packages.length)
    expect(sources.flatMap((path) => findDynamicCode(path, readFileSync(path, 'utf8')))).toEqual([])
  })

  it.each([
    ["eval('1')"],
    ['(0, eval)(text)'],
    ["globalThis['eval'](text)"],
    ["new Function('a', 'return a')"],
    ['const make = Function'],
    ["(() => {}).constructor('return 1')()"],
    ["setTimeout('run()', 10)"],
    ["import { runInThisContext } from 'node:vm'"],
    ["const vm = await import('vm')"],
  ])('SUPPLY-1: catches %s', (code) => {
    expect(findDynamicCode('a.ts', `\n${code}`)).toEqual([expect.stringMatching(/^a\.ts:2 /)])
  })

  it('SUPPLY-1: lets ordinary code pass', () => {
    const code = `// eval('1')
      class Store { constructor(readonly handler: Function) {} }
      setTimeout(() => {}, 10)
      export const name = new Store(() => {}).constructor.name + ' eval('`
    expect(findDynamicCode('a.ts', code)).toEqual([])
  })
})
