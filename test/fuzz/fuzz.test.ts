import { AccessTokenError } from '@sallyport/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { Clock, epoch } from './clock.ts'
import { corpusDirectory, readCorpus } from './corpus.ts'
import { describeMinimal } from './describe.ts'
import { judge } from './judge.ts'
import { minimise } from './minimise.ts'
import { onePolicy } from './policy.ts'
import { cook } from './recipe.ts'
import { strictness } from './reference/strictness.ts'
import { type Judged, Session } from './session.ts'
import { makeSite, makeSites, type Site } from './subject.ts'

const wanted = 20_480
const seed = 7

async function withClock<T>(clock: Clock, run: () => Promise<T>): Promise<T> {
  clock.install()
  try {
    return await run()
  } finally {
    clock.restore()
  }
}

describe('generated and mutated tokens', () => {
  const session = new Session(seed)
  const odd: Judged[] = []

  beforeAll(
    () =>
      withClock(session.clock, async () => {
        while (session.counts.tokens < wanted) {
          odd.push(...(await session.runBatch()).filter(({ disagreements }) => disagreements.length > 0))
        }
      }),
    300_000,
  )

  it('JOSE-12, JOSE-13: have the verdict of the reference, remembered or not, on whichever thread', async () => {
    expect(session.counts.tokens).toBeGreaterThanOrEqual(20_000)
    const [first] = odd
    if (first === undefined) return
    const minimal = await withClock(session.clock, () => minimise(first, [], session.clock))
    expect.fail(`${odd.length} tokens are judged in another way. The first:\n${describeMinimal(minimal, seed)}`)
  })

  it('come to every code that a verifier gives, and to acceptance', () => {
    const codes = [
      ['token_malformed', 'token_too_large', 'algorithm_refused', 'token_type_refused', 'key_unknown'],
      ['signature_invalid', 'decryption_required', 'decryption_failed', 'not_signed', 'issuer_refused'],
      ['audience_refused', 'token_expired', 'token_not_yet_valid', 'claim_missing', 'claim_invalid'],
      ['not_an_access_token', 'binding_missing', 'accepted'],
    ].flat()
    expect([...session.counts.answers.keys()].toSorted()).toEqual(codes.toSorted())
  })

  it('need every entry of the table of deliberate strictness', () => {
    const needed = [...session.counts.strictness.keys()]
    expect(needed.toSorted()).toEqual(strictness.map(({ id }) => id).toSorted())
  })
})

describe('a fuzzing session', () => {
  it('makes the same tokens of the same seed, and others of another', async () => {
    const tokensOf = (other: number) => {
      const session = new Session(other)
      return withClock(session.clock, async () => (await session.runBatch()).map(({ token }) => token))
    }
    const tokens = await tokensOf(1)
    expect(await tokensOf(1)).toEqual(tokens)
    expect(await tokensOf(2)).not.toEqual(tokens)
  })

  it('finds a verifier that takes expired tokens, and makes the token small', async () => {
    const accepted = Object.freeze({}) as never
    const careless = (policy: Site['policy']): Site => {
      const site = makeSite(policy)
      const subjects = site.subjects.map((subject) => ({
        ...subject,
        verifier: {
          ...subject.verifier,
          verify: async (token: string) => {
            try {
              return await subject.verifier.verify(token)
            } catch (error) {
              if (error instanceof AccessTokenError && error.code === 'token_expired') return accepted
              throw error
            }
          },
        },
      }))
      return { ...site, subjects }
    }
    const session = new Session(3, careless)
    await withClock(session.clock, async () => {
      let found: Judged | undefined
      for (let batch = 0; batch < 50 && found === undefined; batch++) {
        const judged = await session.runBatch()
        found = judged.find(
          ({ disagreements: [first] }) => first?.actual === 'accepted' && first.expected === 'token_expired',
        )
      }
      const { disagreement, recipe, isReproduced, presentations } = await minimise(found!, [], session.clock, careless)
      expect(disagreement).toMatchObject({ kind: 'laxer', expected: 'token_expired', actual: 'accepted' })
      expect(isReproduced).toBe(true)
      expect(recipe.draft).toEqual([{ step: 'exp', seed: expect.any(Number) as number }])
      expect(recipe).toMatchObject({ members: [], text: [] })
      expect(presentations).toHaveLength(1)
    })
  }, 120_000)

  it('sees a verdict that depends on what came before, and says what that was', async () => {
    // Remembers by the end of a token alone, as no cache must.
    const forgetful = (policy: Site['policy']): Site => {
      const known = new Map<string, object>()
      const { subjects } = makeSite(policy)
      const subject = subjects[0]!
      const verify = async (token: string) => {
        const end = token.slice(-43)
        const result = known.get(end) ?? (await subject.verifier.verify(token))
        known.set(end, result)
        return result as never
      }
      return { policy, subjects: [{ ...subject, verifier: { ...subject.verifier, verify } }] }
    }
    const clock = new Clock(epoch)
    await withClock(clock, async () => {
      const good = { kind: 'signed', seed: 0, now: epoch, draft: [], members: [], text: [] } as const
      const forged = { ...good, text: [{ step: 'payload rewritten under the same signature', seed: 1 }] } as const
      const before = [5, 0, 6].map((other) => ({ token: cook({ ...good, seed: other }), now: epoch }))
      const site = forgetful(onePolicy)
      for (const presentation of before) await judge(presentation, [site], clock)
      const token = cook(forged)
      const judgement = await judge({ token, now: epoch }, [site], clock)
      expect(judgement.disagreements).not.toEqual([])
      const minimal = await minimise({ recipe: forged, token, ...judgement }, before, clock, forgetful)
      expect(minimal).toMatchObject({ isReproduced: true, disagreement: { kind: 'laxer' } })
      expect(minimal.presentations.map((one) => one.token)).toEqual([before[1]!.token, token])
    })
  })
})

describe('the corpus', () => {
  const kept = [...readCorpus(corpusDirectory()).values()]

  it('has tokens of every kind', () => {
    const answers = new Set(kept.map(({ outcome }) => outcome.split(' ')[0]))
    expect(answers.size).toBeGreaterThan(15)
  })

  it('has kept its verdicts, at every policy', async () => {
    const { one, nested, others } = makeSites()
    const clock = new Clock(epoch)
    await withClock(clock, async () => {
      for (const { token, now, outcome } of kept) {
        const judgement = await judge({ token, now }, [one, nested, ...others], clock)
        expect(judgement.disagreements, outcome).toEqual([])
        const first = token.split('.').length === 5 ? nested : one
        const isAccepted = judgement.agreements.get(first.policy.name)?.answer === 'accepted'
        expect(isAccepted, outcome).toBe(outcome.startsWith('accepted'))
      }
    })
  }, 60_000)
})
