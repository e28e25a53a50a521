import { basename } from 'node:path'

const allowedAtTopLevel = new Set([
  'packages',
  'examples',
  'test',
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
  'tsconfig.json',
  'vitest.config.ts',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
])

/** What must not be in the repository by its name alone. */
export function findMisplacedFiles(paths: readonly string[]): string[] {
  return paths.filter((path) => {
    const [top = ''] = path.split('/')
    // Its content depends on the machine: registries, credentials.
    const isNpmConfiguration = basename(path) === '.npmrc'
    return isNpmConfiguration || !(top.startsWith('.') || allowedAtTopLevel.has(top))
  })
}

const forbidden: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['registry host', /\b(npmjs\.(org|com)|yarnpkg\.com|npmmirror\.com|pkg\.github\.com|deb\.debian\.org)\b/],
  ['registry host', /\b(registry|npm|mirror|artifactory|nexus)\.[a-z0-9-]+\.(org|com|net|io|dev|internal|local)\b/],
  ['machine path', /(?<![\w.~*-])\/(work|root|tmp)\/[\w.$]/],
  ['machine path', /(?<![\w.~*-])\/(home|Users)\/[\w.-]+\//],
]

/** What a tracked text must not contain, each place as `path:line what`. */
export function findForbiddenText(path: string, text: string, ownRegistryHost?: string): string[] {
  const isLockFile = path === 'pnpm-lock.yaml'
  return text.split('\n').flatMap((line, index) => {
    const names = forbidden.filter(([, pattern]) => pattern.test(line)).map(([name]) => name)
    if (ownRegistryHost !== undefined && line.includes(ownRegistryHost)) names.push('registry host')
    if (isLockFile && /https?:\/\//.test(line)) names.push('URL')
    return [...new Set(names)].map((name) => `${path}:${index + 1} ${name}`)
  })
}
