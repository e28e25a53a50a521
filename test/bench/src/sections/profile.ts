import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ProfileAnswer, ProfileRequest } from '../profile/protocol.ts'
import type { ProfileResult } from '../results.ts'
import { makeTokenSource, type TokenSource } from '../tokens/token-source.ts'
import { ask } from '../worker/ask.ts'
import type { Run } from './measure.ts'

interface ProfilePlan {
  readonly name: string
  readonly tokens: number
  readonly source: () => TokenSource
}

const plans: readonly ProfilePlan[] = [
  { name: 'cold RS256', tokens: 1_500, source: () => makeTokenSource({ alg: 'RS256' }) },
  { name: 'warm RS256', tokens: 500, source: () => makeTokenSource({ alg: 'RS256', repetition: 'repeated' }) },
  {
    name: 'cold dir, A256GCM around RS256',
    tokens: 1_500,
    source: () => makeTokenSource({ alg: 'RS256', encryption: { alg: 'dir', enc: 'A256GCM', curve: undefined } }),
  },
]

const furtherPlans: readonly ProfilePlan[] = [
  { name: 'cold ES256', tokens: 1_500, source: () => makeTokenSource({ alg: 'ES256' }) },
  { name: 'cold HS256', tokens: 1_500, source: () => makeTokenSource({ alg: 'HS256' }) },
  {
    name: 'cold ECDH-ES+A256KW, A256GCM around ES256',
    tokens: 1_500,
    source: () =>
      makeTokenSource({ alg: 'ES256', encryption: { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', curve: 'P-256' } }),
  },
]

/** Where the time of Sallyport's own work goes, by stage. */
export async function measureProfile({ effort, progress }: Run): Promise<readonly ProfileResult[]> {
  const results: ProfileResult[] = []
  for (const { name, tokens, source } of effort.width === 'all' ? [...plans, ...furtherPlans] : plans) {
    progress.show('profile', name)
    const { situation, mint } = source()
    const question: ProfileRequest = { situation, tokens: (await mint(tokens)).tokens, milliseconds: effort.profileMs }
    const child = fork(fileURLToPath(new URL('../profile/profiler.js', import.meta.url)), { serialization: 'advanced' })
    try {
      const answer = await ask<ProfileAnswer>(child, question)
      if (answer.type === 'failed') throw new Error(`profile ${name}: ${answer.message}`)
      results.push({ name, microseconds: answer.microseconds, stages: answer.stages })
    } finally {
      if (child.connected) child.disconnect()
    }
  }
  return results
}
