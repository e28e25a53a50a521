import { readFileSync } from 'node:fs'

/** Lines of source files below `src/ways` that say something: neither empty nor comments. */
export function setupLines(files: readonly string[]): number {
  return files.reduce((sum, file) => {
    const text = readFileSync(new URL(`../../src/ways/${file}`, import.meta.url), 'utf8')
    return sum + text.split('\n').filter((line) => !/^\s*(\/\/|\/\*\*?|\*|$)/.test(line)).length
  }, 0)
}
