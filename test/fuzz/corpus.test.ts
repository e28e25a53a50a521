import { readdirSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeTemporaryDirectory, removeDirectory } from '../checks/temporary-directory.ts'
import { type KeptToken, readCorpus, toKept, writeCorpus } from './corpus.ts'
import { epoch } from './clock.ts'
import type { Judged } from './session.ts'

const recipe = { kind: 'signed', seed: 0, now: epoch, draft: [], members: [], text: [] } as const

function judged(token: string, disagreements: Judged['disagreements'] = []): Judged {
  const agreements = new Map([['one issuer', { answer: 'token_malformed', strictness: 'crit' } as const]])
  return { recipe, token, agreements, disagreements }
}

describe('a corpus', () => {
  it('is read as it was written, a file for each answer', () => {
    const directory = makeTemporaryDirectory()
    onTestFinished(() => removeDirectory(directory))
    const tokens: KeptToken[] = ['accepted signed', 'token_malformed signed', 'token_malformed nested zip'].map(
      (outcome) => ({ outcome, now: epoch, token: `${outcome.length}..` }),
    )
    const kept = new Map(tokens.map((token) => [token.outcome, token]))
    writeCorpus(directory, kept)
    expect(readdirSync(directory).toSorted()).toEqual(['accepted.json', 'token_malformed.json'])
    expect(readCorpus(directory)).toEqual(kept)
  })

  it('keeps a token under its answer, its kind, and what explains it', () => {
    expect(toKept(judged('a.b.c'))).toEqual({ outcome: 'token_malformed signed crit', now: epoch, token: 'a.b.c' })
  })

  it('keeps nothing that is long, no text, or not agreed upon', () => {
    const disagreement = { kind: 'laxer', policy: '', subject: '', expected: '', actual: '' } as const
    expect(toKept(judged('a'.repeat(3000)))).toBeUndefined()
    expect(toKept(judged('a\n'))).toBeUndefined()
    expect(toKept(judged('a.b.c', [disagreement]))).toBeUndefined()
  })
})
