import { readFileSync, writeFileSync } from 'node:fs'

const readme = new URL('../../README.md', import.meta.url)
const [begin, end] = ['<!-- table -->', '<!-- end of the table -->']

/** The table that the README has. */
export function readTable(): string {
  const text = readFileSync(readme, 'utf8')
  return text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim()
}

/** Puts a table in the place of the one that the README has. */
export function writeTable(table: string): void {
  const text = readFileSync(readme, 'utf8')
  const head = text.slice(0, text.indexOf(begin) + begin.length)
  writeFileSync(readme, `${head}\n\n${table}\n${text.slice(text.indexOf(end))}`)
}
