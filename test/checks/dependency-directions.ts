import { isBuiltin } from 'node:module'
import { basename, dirname, join, relative, sep } from 'node:path'
import { importedSpecifiers } from './imported-specifiers.ts'
import type { Package } from './repository.ts'

/** What each package may depend on, as the design says; a package that is not listed may depend on nothing. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  '@sallyport/jwks': ['jose', 'lru-cache'],
  '@sallyport/core': ['@sallyport/jwks', 'jose', 'lru-cache'],
  '@sallyport/express': ['@sallyport/core', 'express'],
  '@sallyport/koa': ['@sallyport/core', 'koa'],
  '@sallyport/nest': ['@sallyport/core', '@nestjs/common', '@nestjs/core'],
  '@sallyport/issuer': ['@sallyport/jwks', 'jose', 'libsql'],
  '@sallyport/testing': ['@sallyport/issuer'],
  '@sallyport/cli': ['@sallyport/core', '@sallyport/issuer', '@sallyport/jwks', 'commander', 'jose'],
}

interface SourceFile {
  /** Absolute. */
  readonly path: string
  readonly text: string
}

/** What is wrong with the dependencies that a package declares. */
export function findManifestViolations({ manifest }: Package): string[] {
  const { name, dependencies, optionalDependencies, peerDependencies } = manifest
  const declared = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
  return declared
    .filter((dependency) => !(allowed[name] ?? []).includes(dependency))
    .map((dependency) => `${name} must not depend on ${dependency}`)
}

/** What is wrong with the imports of one source file that is not a test. */
export function findImportViolations(owner: Package, file: SourceFile, packages: readonly Package[]): string[] {
  const where = relative(dirname(owner.directory), file.path)
  return importedSpecifiers(file.path, file.text).flatMap(({ specifier, line }) => {
    const reason =
      specifier === undefined
        ? 'computes what it imports'
        : /^\.{1,2}(\/|$)/.test(specifier)
          ? relativeReason(owner, file.path, specifier)
          : packageReason(owner, specifier, packages)
    return reason === undefined ? [] : [`${where}:${line} ${reason}`]
  })
}

function relativeReason(owner: Package, from: string, specifier: string): string | undefined {
  const target = join(dirname(from), specifier)
  const source = join(owner.directory, 'src')
  if (!target.startsWith(source + sep)) return `imports ${specifier}, which lies outside of its package's sources`
  // A folder's own files and those of the folders around it are at hand; every other folder has a door.
  const isAtHand = isInside(dirname(from), dirname(target))
  const isDoor = basename(target) === 'index.ts' && isInside(dirname(from), dirname(dirname(target)))
  return isAtHand || isDoor ? undefined : `imports ${specifier}, a room of another folder, instead of its index.ts`
}

function isInside(directory: string, ancestor: string): boolean {
  return directory === ancestor || directory.startsWith(ancestor + sep)
}

function packageReason({ manifest }: Package, specifier: string, packages: readonly Package[]): string | undefined {
  if (specifier.startsWith('node:'))
    return isBuiltin(specifier) ? undefined : `imports ${specifier}, which Node has not`
  const segments = specifier.split('/')
  const dependency = segments.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
  if (!(allowed[manifest.name] ?? []).includes(dependency)) return `must not import ${specifier}`
  if (!(dependency in { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies })) {
    return `imports ${specifier}, which its package.json does not declare`
  }
  const target = packages.find(({ manifest: { name } }) => name === dependency)
  const entryPoint = ['.', ...segments.slice(dependency.split('/').length)].join('/')
  if (target !== undefined && !(entryPoint in (target.manifest.exports ?? {}))) {
    return `imports ${specifier}, which ${dependency} does not export`
  }
  return undefined
}
