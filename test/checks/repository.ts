import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url))

type Dependencies = Readonly<Record<string, string>>

interface Manifest {
  readonly name: string
  readonly version?: string
  readonly private?: boolean
  readonly scripts?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Dependencies
  readonly optionalDependencies?: Dependencies
  readonly peerDependencies?: Dependencies
  readonly devDependencies?: Dependencies
}

export interface Package {
  readonly directory: string
  readonly manifest: Manifest
}

export function readPackage(directory: string): Package {
  return { directory, manifest: JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest }
}

/** The packages that are published: those in `packages/`, of this workspace or of a copy. */
export function publishedPackages(workspace: string = repositoryRoot): Package[] {
  return readdirSync(join(workspace, 'packages'))
    .map((name) => join(workspace, 'packages', name))
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .map(readPackage)
}

/** Paths relative to the root of all files that are in git, or will be with the next `git add`. */
export function trackedFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return [...new Set(list.split('\0'))].filter((path) => path !== '' && existsSync(join(repositoryRoot, path)))
}

/** Tests and what supports them (`x.test.ts`, `x.test.support.ts`) are no part of what is published. */
export function isTestFile(path: string): boolean {
  return /\.test\.[^/]*$/.test(path)
}

/** The published sources of a package, as absolute paths. */
export function sourceFiles({ directory }: Package): string[] {
  return readdirSync(join(directory, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !isTestFile(path))
    .map((path) => join(directory, 'src', path))
}
