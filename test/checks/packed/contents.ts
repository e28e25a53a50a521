import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { importedSpecifiers } from '../imported-specifiers.ts'
import { findPrivateKeys } from '../supply/private-keys.ts'
import { readPackage } from '../repository.ts'

/** What is wrong with the files of an unpacked tarball. */
export function findPackingViolations(directory: string): string[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
  const documents = ['LICENSE', 'README.md', 'package.json']
  const modules = reachableModules(directory)
  return [
    ...documents.filter((name) => !files.includes(name)).map((name) => `${name} is missing`),
    ...files
      .filter((path) => !documents.includes(path) && !modules.has(path))
      .map((path) => `${path} is used by nothing`),
    ...files
      .filter((path) => findPrivateKeys(readFileSync(join(directory, path), 'utf8')).length > 0)
      .map((path) => `${path} has a private key`),
  ]
}

/** The modules that the package's entry points and programs lead to, and their types. */
function reachableModules(directory: string): Set<string> {
  const { exports = {}, bin = {} } = readPackage(directory).manifest
  const reached = new Set([...Object.values(exports), ...Object.values(bin)].flatMap(moduleFiles))
  for (const path of reached) {
    if (!path.endsWith('.js') && !path.endsWith('.d.ts')) continue
    for (const { specifier } of importedSpecifiers(path, readFileSync(join(directory, path), 'utf8'))) {
      if (specifier?.startsWith('.') !== true) continue
      for (const file of moduleFiles(join(path, '..', specifier)))
        if (existsSync(join(directory, file))) reached.add(file)
    }
  }
  return reached
}

/** A module comes as its code and its types, whichever of the two was named. */
function moduleFiles(target: unknown): string[] {
  if (typeof target === 'object' && target !== null) return Object.values(target).flatMap(moduleFiles)
  if (typeof target !== 'string') return []
  const stem = join(target).replace(/(\.d)?\.ts$|\.js$/, '')
  return stem === join(target) ? [stem] : [`${stem}.js`, `${stem}.d.ts`]
}
