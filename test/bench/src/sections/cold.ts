import type { CaseResult } from '../results.ts'
import { signatureAlgorithms } from '../situation.ts'
import { makeTokenSource } from '../tokens/token-source.ts'
import { measureCase, type Run, type Turn } from './measure.ts'

/** Algorithms that have a target. */
const targetAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256'] as const

const contenders = (
  [
    'raw',
    'raw, known header',
    'sallyport, cache: false',
    'sallyport',
    'jose',
    'fast-jwt',
    'jsonwebtoken',
    'aws-jwt-verify',
  ] as const
).map((contender): Turn => ({ contender, inFlight: 1 }))

/** Each token once, one after another: no cache can help. */
export async function measureCold(run: Run): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  for (const alg of run.effort.width === 'all' ? signatureAlgorithms : targetAlgorithms) {
    const plan = {
      section: 'cold',
      name: alg,
      description: `${alg}, distinct tokens, one after another`,
      source: makeTokenSource({ alg }),
      tokens: run.effort.tokens,
      contenders,
      reference: 'raw',
    } as const
    results.push(await measureCase(plan, run))
  }
  return results
}
