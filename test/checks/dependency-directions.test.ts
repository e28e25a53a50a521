import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findImportViolations, findManifestViolations } from './dependency-directions.ts'
import { publishedPackages, sourceFiles } from './repository.ts'

const packages = publishedPackages()

function plant(name: string, path: string, text: string): string[] {
  const owner = packages.find(({ manifest }) => manifest.name === name)
  if (owner === undefined) throw new Error(`no package ${name}`)
  return findImportViolations(owner, { path: join(owner.directory, 'src', path), text }, packages)
}

describe('dependency directions', () => {
  it.each(packages.map((one) => [one.manifest.name, one] as const))(
    '%s depends on what the design says',
    (_, owner) => {
      const sources = sourceFiles(owner)
      expect(sources).not.toEqual([])
      const violations = sources.flatMap((path) =>
        findImportViolations(owner, { path, text: readFileSync(path, 'utf8') }, packages),
      )
      expect([...findManifestViolations(owner), ...violations]).toEqual([])
    },
  )

  it.each([
    ['an adapter that imports another adapter', 'koa', 'protect.ts', "import { protect } from '@sallyport/express'"],
    ['a core that imports a framework', 'core', 'verifier.ts', "import type { Request } from 'express'"],
    ['a re-export', 'core', 'index.ts', "export * from 'koa'"],
    ['a named re-export', 'core', 'index.ts', "export { Module } from '@nestjs/common'"],
    ['a dynamic import', 'jwks', 'index.ts', "await import('undici')"],
    ['a type import within a type', 'jwks', 'index.ts', "type A = import('express').Request"],
    ['a require', 'issuer', 'index.ts', "const koa = require('koa')"],
    ['a TypeScript require', 'issuer', 'index.ts', "import koa = require('koa')"],
    ['an import for its effects', 'testing', 'index.ts', "import 'reflect-metadata'"],
    ['a dependency of a dependency', 'express', 'index.ts', "import { importJWK } from 'jose'"],
  ])('catches %s', (_, name, path, text) => {
    expect(plant(`@sallyport/${name}`, path, `\n${text}`)).toEqual([expect.stringMatching(/:2 must not import /)])
  })

  it('catches a dependency that is allowed but not declared', () => {
    const owner = { directory: '/packages/jwks', manifest: { name: '@sallyport/jwks', dependencies: { jose: '^6' } } }
    const file = { path: '/packages/jwks/src/a.ts', text: "import 'jose'\nimport 'lru-cache'" }
    expect(findImportViolations(owner, file, packages)).toEqual([
      'jwks/src/a.ts:2 imports lru-cache, which its package.json does not declare',
    ])
  })

  it('catches an entry point that the other package does not export', () => {
    expect(plant('@sallyport/core', 'a.ts', "import '@sallyport/jwks/dist/index.js'")).toHaveLength(1)
    expect(plant('@sallyport/koa', 'a.ts', "import '@sallyport/core/adapter'\nimport '@sallyport/core'")).toEqual([])
  })

  it('catches a relative import that leaves the package', () => {
    const reason = /which lies outside of its package's sources/
    expect(plant('@sallyport/core', 'jws/a.ts', "import '../../../jwks/src/index.ts'")).toEqual([
      expect.stringMatching(reason),
    ])
    expect(plant('@sallyport/core', 'a.ts', "import '../package.json'")).toEqual([expect.stringMatching(reason)])
  })

  it('catches an import of a room of another folder, and lets its door and the folders around pass', () => {
    const room = expect.stringMatching(/a room of another folder/)
    expect(plant('@sallyport/core', 'jws/a.ts', "import '../compact/header.ts'")).toEqual([room])
    expect(plant('@sallyport/core', 'verifier.ts', "import './compact/header.ts'")).toEqual([room])
    expect(plant('@sallyport/core', 'jws/a.ts', "import '../jwe/epk/index.ts'")).toEqual([room])
    expect(plant('@sallyport/core', 'jws/a.ts', "import '../compact/index.ts'")).toEqual([])
    expect(plant('@sallyport/core', 'verifier.ts', "import './compact/index.ts'")).toEqual([])
    expect(
      plant('@sallyport/core', 'jws/rsa/a.ts', "import '../b.ts'\nimport '../../error.ts'\nimport './c.ts'"),
    ).toEqual([])
  })

  it('catches a computed import', () => {
    expect(plant('@sallyport/core', 'a.ts', 'await import(process.argv[2])')).toEqual([
      'core/src/a.ts:1 computes what it imports',
    ])
  })

  it('catches a builtin that Node has not, and takes those it has', () => {
    expect(plant('@sallyport/core', 'a.ts', "import 'node:cryptography'")).toHaveLength(1)
    expect(plant('@sallyport/core', 'a.ts', "import 'node:crypto'\nimport 'node:fs/promises'")).toEqual([])
  })

  it('catches a declared dependency in the wrong direction, and a package that the design does not list', () => {
    const declares = (name: string, dependencies: Record<string, string>) =>
      findManifestViolations({ directory: '', manifest: { name, dependencies } })
    expect(declares('@sallyport/core', { jose: '^6', express: '^5' })).toEqual([
      '@sallyport/core must not depend on express',
    ])
    expect(declares('@sallyport/new', { jose: '^6' })).toEqual(['@sallyport/new must not depend on jose'])
  })
})
