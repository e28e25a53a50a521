import type { CaseResult } from '../results.ts'
import { makeTokenSource } from '../tokens/token-source.ts'
import { measureCase, type Run, type Turn } from './measure.ts'

const inFlight = 64

const contenders: readonly Turn[] = [
  { contender: 'raw', inFlight: 1 },
  { contender: 'raw, thread pool', inFlight },
  { contender: 'sallyport, cache: false', inFlight },
  { contender: 'sallyport', inFlight },
  { contender: 'jose', inFlight },
  { contender: 'fast-jwt', inFlight },
]

/** Many distinct tokens on their way at once; compared with the raw work one after another. */
export async function measureConcurrent(run: Run): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  for (const alg of run.effort.width === 'all'
    ? (['RS256', 'ES256', 'PS256', 'EdDSA'] as const)
    : (['RS256', 'ES256'] as const)) {
    const plan = {
      section: 'concurrent',
      name: alg,
      description: `${alg}, distinct tokens, ${inFlight} in flight; raw one after another`,
      source: makeTokenSource({ alg }),
      tokens: run.effort.tokens,
      contenders,
      reference: 'raw',
    } as const
    results.push(await measureCase(plan, run))
  }
  return results
}
