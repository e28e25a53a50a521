import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repositoryRoot, trackedFiles } from './repository.ts'
import { findForbiddenText, findMisplacedFiles } from './tracked-files.ts'

/** The registry that this machine installs from, when npm runs the tests; one on loopback has no telling name. */
function ownRegistryHost(): string | undefined {
  const url = process.env['npm_config_registry']
  const host = url === undefined ? undefined : new URL(url).hostname
  return host === undefined || /^(localhost|127\.|\[)/.test(host) ? undefined : host
}

describe('tracked files', () => {
  const paths = trackedFiles()

  it('lie where the repository has a place for them', () => {
    expect(paths).toContain('package.json')
    expect(findMisplacedFiles(paths)).toEqual([])
  })

  it('name no registry host and no path of a machine, and the lock file has no URL', () => {
    const findings = paths.flatMap((path) => {
      const content = readFileSync(join(repositoryRoot, path))
      return content.includes(0) ? [] : findForbiddenText(path, content.toString(), ownRegistryHost())
    })
    expect(findings).toEqual([])
  })

  it('are caught where they do not belong', () => {
    const misplaced = ['notes.md', 'src/index.ts', 'docs/a.md', '.npmrc', 'packages/core/.npmrc']
    const placed = ['packages/core/src/index.ts', '.ci/run', '.gitignore', 'README.md']
    expect(findMisplacedFiles([...misplaced, ...placed])).toEqual(misplaced)
  })

  const [work, root, temporary, home] = ['work', 'root', 'tmp', 'home'].map((name) => `/${name}/`)

  it.each([
    ['the public registry', `see https://${['registry', 'npmjs', 'org'].join('.')}/jose`, 'registry host'],
    ['its pages', `see https://www.${['npmjs', 'com'].join('.')}/package/jose`, 'registry host'],
    ['a private registry', `resolved: http://${['npm', 'corp', 'internal'].join('.')}:8080/jose`, 'registry host'],
    ['the registry of this machine', 'from mirror-7 port 8080', 'registry host'],
    ['a working directory', `cd ${work}main`, 'machine path'],
    ['a home directory', `'${root}.cache'`, 'machine path'],
    ["a user's directory", `"${home}alice/project"`, 'machine path'],
    ['a temporary file', `file://${temporary}x.json`, 'machine path'],
  ])('are caught when they name %s', (_, line, name) => {
    expect(findForbiddenText('a.md', `\n${line}\n`, 'mirror-7')).toEqual([`a.md:2 ${name}`])
  })

  it('may use the same words for other things', () => {
    const text = `registry.fetchers.delete(url) https://as.example${root}x https://github.com/a/b ../..${work}x ${root}`
    expect(findForbiddenText('a.ts', text)).toEqual([])
  })

  it('are caught when the lock file has a URL', () => {
    const text = 'http-errors@2.0.0:\n  resolution: {tarball: https://host.example/x.tgz}\n'
    expect(findForbiddenText('pnpm-lock.yaml', text)).toEqual(['pnpm-lock.yaml:2 URL'])
    expect(findForbiddenText('README.md', text)).toEqual([])
  })
})
