import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { isTestFile, publishedPackages, repositoryRoot, trackedFiles } from '../repository.ts'
import { runProgram, runTool, succeed } from '../run-program.ts'

/**
 * Packs all published packages as a release from a fresh clone would and returns the tarballs' paths. Nothing is built
 * in the workspace itself, so this may run while somebody works there.
 */
export async function packPackages(directory: string): Promise<string[]> {
  const clone = join(directory, 'clone')
  const tarballs = join(directory, 'tarballs')
  copyWorkspace(clone)
  await succeed(runTool('tsc', ['-b'], { cwd: clone }))
  // A real build also leaves compiled tests there, which must not be packed.
  for (const one of publishedPackages(clone)) writeFileSync(join(one.directory, 'dist', 'planted.test.js'), '')
  const setup = readFileSync(join(repositoryRoot, 'package.json'), 'utf8')
  const pnpm = /pnpm@[\d.]+/.exec(setup)?.[0] ?? 'pnpm'
  const pack = ['-r', '--filter', './packages/*', 'pack', '--pack-destination', tarballs]
  await succeed(runProgram('npx', ['--yes', '--prefer-offline', pnpm, ...pack], { cwd: clone }))
  return readdirSync(tarballs).map((name) => join(tarballs, name))
}

/** What a clone has of the packages, less their tests, and with the dependencies that are installed here. */
function copyWorkspace(clone: string): void {
  const rootFiles = ['package.json', 'pnpm-workspace.yaml', 'tsconfig.base.json', 'LICENSE']
  const files = trackedFiles().filter((path) => path.startsWith('packages/') && !isTestFile(path))
  for (const path of [...rootFiles, ...files]) cpSync(join(repositoryRoot, path), join(clone, path))
  symlinkSync(join(repositoryRoot, 'node_modules'), join(clone, 'node_modules'))
  const packages = publishedPackages()
  for (const { directory } of packages) {
    // Links that are relative, so that they point into the clone.
    const links = { recursive: true, verbatimSymlinks: true }
    cpSync(join(directory, 'node_modules'), join(clone, 'packages', basename(directory), 'node_modules'), links)
  }
  const references = packages.map(({ directory }) => ({ path: `packages/${basename(directory)}` }))
  writeFileSync(join(clone, 'tsconfig.json'), JSON.stringify({ files: [], references }))
}

/**
 * Installs the tarballs in a project, without a network: ours from the tarballs, and what each of them declares to need
 * from where the workspace has it. What a package does not declare is not there.
 */
export async function installPackages(project: string, tarballs: readonly string[]): Promise<void> {
  for (const { directory, manifest } of publishedPackages()) {
    const target = join(project, 'node_modules', manifest.name)
    mkdirSync(target, { recursive: true })
    const tarball = tarballs.find((path) => basename(path).startsWith(`${manifest.name.slice(1).replace('/', '-')}-`))
    if (tarball === undefined) throw new Error(`${manifest.name} was not packed`)
    await succeed(runProgram('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1']))
    const needed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    link(
      project,
      directory,
      needed.filter((name) => !name.startsWith('@sallyport/')),
    )
    linkPrograms(project, target, manifest.bin ?? {})
  }
}

/** As npm does: what `npx` finds. */
function linkPrograms(project: string, target: string, programs: Readonly<Record<string, string>>): void {
  for (const [name, path] of Object.entries(programs)) {
    const link = join(project, 'node_modules', '.bin', name)
    mkdirSync(dirname(link), { recursive: true })
    chmodSync(join(target, path), 0o755)
    symlinkSync(relative(dirname(link), join(target, path)), link)
  }
}

/** Makes packages that a directory of the workspace can import importable in a project; what is there stays. */
export function link(project: string, from: string, names: readonly string[]): void {
  for (const name of names) {
    const source = realpathSync(join(from, 'node_modules', name))
    const target = join(project, 'node_modules', name)
    if (existsSync(target)) continue
    mkdirSync(dirname(target), { recursive: true })
    symlinkSync(source, target)
  }
}
