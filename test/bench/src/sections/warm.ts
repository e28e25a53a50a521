import type { CaseResult } from '../results.ts'
import { makeTokenSource } from '../tokens/token-source.ts'
import { measureCase, type Run, type Turn } from './measure.ts'

/** As many clients as are busy at once; it fits into every cache. */
const repeatedTokens = 500

const contenders = (['raw, cache', 'raw', 'sallyport', 'fast-jwt', 'aws-jwt-verify', 'jose'] as const).map(
  (contender): Turn => ({ contender, inFlight: 1 }),
)

/** The same tokens again and again, as clients send them: what caches are for. */
export async function measureWarm(run: Run): Promise<readonly CaseResult[]> {
  const plan = {
    section: 'warm',
    name: 'RS256',
    description: `RS256, ${repeatedTokens} tokens that come again, each as a new string`,
    source: makeTokenSource({ alg: 'RS256', repetition: 'repeated' }),
    tokens: repeatedTokens,
    contenders,
    reference: 'raw, cache',
  } as const
  return [await measureCase(plan, run)]
}
