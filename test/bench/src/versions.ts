import { readFileSync } from 'node:fs'

/** Pinned exactly, so what the manifest says is what runs. */
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
}

/** @returns `undefined` for those that come from this repository */
export function packageVersions(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.map((name) => dependencies[name]).join(', ')
}
