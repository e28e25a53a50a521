import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Judged } from './session.ts'

/** A token worth keeping: the first that had its outcome. Keys and clock are fixed, so that the outcome stays. */
export interface KeptToken {
  /** What is special about it. */
  readonly outcome: string
  readonly now: number
  readonly token: string
}

/** Where tokens are kept: beside the sources, wherever this runs from. */
export function corpusDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(directory, 'pnpm-workspace.yaml'))) directory = dirname(directory)
  return join(directory, 'test', 'fuzz', 'corpus')
}

/** Longest token that is kept. */
const maxLength = 2_500

/** The token as one to keep, under its outcome at the first policy that it met; `undefined` when it is none to keep. */
export function toKept({ recipe, token, agreements, disagreements }: Judged): KeptToken | undefined {
  const [first] = agreements.values()
  // What cannot be read in a file, or is not agreed upon, is no example.
  if (first === undefined || disagreements.length > 0 || /[^\x20-\x7e]/.test(token)) return undefined
  if (token.length > maxLength) return undefined
  const { answer, strictness } = first
  return {
    outcome: [answer, recipe.kind, ...(strictness === undefined ? [] : [strictness])].join(' '),
    now: recipe.now,
    token,
  }
}

/** Every kept token, by its outcome. */
export function readCorpus(directory: string): Map<string, KeptToken> {
  const kept = new Map<string, KeptToken>()
  if (!existsSync(directory)) return kept
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.json'))) {
    const tokens = JSON.parse(readFileSync(join(directory, name), 'utf8')) as readonly KeptToken[]
    for (const token of tokens) kept.set(token.outcome, token)
  }
  return kept
}

/** One file for each answer. */
export function writeCorpus(directory: string, kept: ReadonlyMap<string, KeptToken>): void {
  mkdirSync(directory, { recursive: true })
  const sorted = [...kept.values()].toSorted((one, other) => (one.outcome < other.outcome ? -1 : 1))
  for (const answer of new Set(sorted.map(({ outcome }) => outcome.split(' ')[0]))) {
    const tokens = sorted.filter(({ outcome }) => outcome.split(' ')[0] === answer)
    writeFileSync(join(directory, `${answer}.json`), `${JSON.stringify(tokens, null, 2)}\n`)
  }
}
