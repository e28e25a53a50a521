import { describe, expect, it } from 'vitest'
import { findFaults } from '../contenders/check.ts'
import { createIssuing, issuingNames } from './index.ts'
import { asContender } from './issuing.ts'
import { type IssuedAlgorithm, makeSubjectSource } from './source.ts'

async function faultsOf(name: (typeof issuingNames)[number], source: ReturnType<typeof makeSubjectSource>) {
  const contender = await createIssuing(name, source.situation)
  return contender && findFaults(contender, await source.mint(3), [])
}

describe('every contender issues tokens that can be verified, so that it may be timed', () => {
  it.each(issuingNames)('%s, with ES256 and RS256', async (name) => {
    for (const alg of ['ES256', 'RS256'] as const) expect(await faultsOf(name, makeSubjectSource(alg))).toEqual([])
  })

  it.each(issuingNames)('%s, with EdDSA, or says that it does not', async (name) => {
    const faults = await faultsOf(name, makeSubjectSource('EdDSA'))
    expect(faults).toEqual(/jsonwebtoken|nestjs/.test(name) ? undefined : [])
  })

  it.each(issuingNames)('%s, nested, or says that it does not', async (name) => {
    const forms: readonly (readonly [IssuedAlgorithm, string, ('P-256' | undefined)?])[] = [
      ['ES256', 'ECDH-ES+A256KW', 'P-256'],
      ['ES256', 'dir'],
      ['RS256', 'RSA-OAEP-256'],
    ]
    for (const [alg, encryption, curve] of forms) {
      const faults = await faultsOf(name, makeSubjectSource(alg, { alg: encryption, enc: 'A256GCM', curve }))
      expect(faults).toEqual(/raw$|sallyport$|jose$/.test(name) ? [] : undefined)
    }
  })

  it('tells when a token is for somebody else, or cannot be verified', async () => {
    const source = makeSubjectSource('ES256')
    const good = await source.mint(1)
    const other = makeSubjectSource('ES256')
    const stranger = await createIssuing('issuing raw', other.situation)
    const forged = await asContender((subject) => stranger?.verify(subject), source.situation)
    expect(await findFaults(forged, good, [])).toEqual(['refuses a good token (signature)'])
  })
})
