import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Package, readPackage } from '../repository.ts'

/** All packages that are installed with this one, itself first; peers are the user's own choice. */
export function productionClosure(start: Package): Package[] {
  const closure = new Map([[realpathSync(start.directory), start]])
  for (const { directory, manifest } of closure.values()) {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      const dependency = findInstalled(name, realpathSync(directory))
      if (dependency !== undefined) closure.set(dependency, readPackage(dependency))
      else if (!(name in (manifest.optionalDependencies ?? {}))) throw new Error(`${name} is not installed`)
    }
  }
  return [...closure.values()]
}

/** Node's look-up: a `node_modules` folder here or in a folder above. */
function findInstalled(name: string, from: string): string | undefined {
  const candidate = join(from, 'node_modules', name)
  if (existsSync(candidate)) return realpathSync(candidate)
  return dirname(from) === from ? undefined : findInstalled(name, dirname(from))
}

/** The scripts that a package manager runs when it installs the package. */
export function installScripts({ directory, manifest }: Package): string[] {
  const scripts = ['preinstall', 'install', 'postinstall'].filter((name) => name in (manifest.scripts ?? {}))
  // Without a script of its own, a package with this file is built by node-gyp.
  return existsSync(join(directory, 'binding.gyp')) ? [...scripts, 'binding.gyp'] : scripts
}
