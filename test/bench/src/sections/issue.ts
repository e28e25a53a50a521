import { issuingNames } from '../issuing/index.ts'
import { type IssuedAlgorithm, makeSubjectSource } from '../issuing/source.ts'
import type { CaseResult } from '../results.ts'
import type { EncryptionForm } from '../situation.ts'
import { measureCase, type Run, type Turn } from './measure.ts'

interface IssueCase {
  readonly alg: IssuedAlgorithm
  readonly encryption?: EncryptionForm
}

const nested = (alg: IssuedAlgorithm, encryption: string, curve?: EncryptionForm['curve']): IssueCase => ({
  alg,
  encryption: { alg: encryption, enc: 'A256GCM', curve },
})

const cases: readonly IssueCase[] = [
  { alg: 'RS256' },
  { alg: 'ES256' },
  { alg: 'EdDSA' },
  nested('ES256', 'ECDH-ES+A256KW', 'P-256'),
  nested('ES256', 'dir'),
  nested('RS256', 'RSA-OAEP-256'),
]

const all = issuingNames.map((contender): Turn => ({ contender, inFlight: 1 }))
/** The others do not encrypt. */
const encrypting = all.filter(({ contender }) => /raw$|sallyport$|jose$/.test(contender))

/** Tokens are made, signed, and encrypted, one after another. */
export async function measureIssue(run: Run): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  for (const { alg, encryption } of cases) {
    const name = encryption === undefined ? alg : `${encryption.alg}, ${encryption.enc} around ${alg}`
    const plan = {
      section: 'issue',
      name,
      description: `issuing ${name}, one after another`,
      source: makeSubjectSource(alg, encryption),
      tokens: run.effort.tokens,
      contenders: encryption === undefined ? all : encrypting,
      reference: 'issuing raw',
    } as const
    results.push(await measureCase(plan, run))
  }
  return results
}
