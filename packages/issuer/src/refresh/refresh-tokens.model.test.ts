import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createRefreshTokens, memoryRefreshStore, RefreshTokenError } from './index.ts'

const graceSeconds = 10
const idleLifetimeSeconds = 100
const absoluteLifetimeSeconds = 300
const start = 1_800_000_000

/** What a family is: tokens in the order they were issued, of which the last can be used. */
interface ModelFamily {
  readonly tokens: string[]
  readonly endsAt: number
  rotatedAt: number
  isRevoked: boolean
}

type Step =
  | { readonly kind: 'issue' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'use'; readonly family: number; readonly age: number; readonly client: 'web' | 'other' }
  | { readonly kind: 'revoke'; readonly family: number; readonly age: number }

const family = fc.nat({ max: 3 })
/** How many tokens before the newest one. */
const age = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.constant(1) }, fc.nat(5))
const client = fc.oneof({ weight: 8, arbitrary: fc.constant('web' as const) }, fc.constant('other' as const))
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('issue' as const) }),
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 9, 10, 50, 99, 100) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('use' as const), family, age, client }) },
  { arbitrary: fc.record({ kind: fc.constant('revoke' as const), family, age }), weight: 1 },
)

/** What the model says that a use gives: the index of a token, or a code. */
function predict(model: ModelFamily, index: number, isOwner: boolean, now: number): number | string {
  if (model.isRevoked) return 'refresh_token_revoked'
  if (isOver(model, now)) return 'refresh_token_expired'
  const last = model.tokens.length - 1
  if (index === last) return isOwner ? last + 1 : 'client_mismatch'
  if (index === last - 1 && isOwner && now - model.rotatedAt < graceSeconds) return last
  model.isRevoked = true
  return 'refresh_token_reused'
}

function isOver({ rotatedAt, endsAt }: ModelFamily, now: number): boolean {
  return now >= Math.min(rotatedAt + idleLifetimeSeconds, endsAt)
}

describe('families of refresh tokens', () => {
  it('ISSUER-3: behave like a list of tokens of which only the last can be used, whatever happens in which order', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
          vi.setSystemTime(start * 1000)
          const store = memoryRefreshStore()
          const refreshTokens = createRefreshTokens({
            store,
            graceSeconds,
            idleLifetimeSeconds,
            absoluteLifetimeSeconds,
          })
          const families: ModelFamily[] = []
          for (const one of steps) {
            const now = Date.now() / 1000
            if (one.kind === 'wait') {
              vi.setSystemTime((now + one.seconds) * 1000)
            } else if (one.kind === 'issue') {
              const request = { subject: 'user', clientId: 'web', audience: 'https://api.example' }
              const { refreshToken } = await refreshTokens.issue(request)
              const endsAt = now + absoluteLifetimeSeconds
              families.push({ tokens: [refreshToken], endsAt, rotatedAt: now, isRevoked: false })
            } else {
              const model = families[one.family % Math.max(1, families.length)]
              if (model === undefined) continue
              const index = Math.max(0, model.tokens.length - 1 - one.age)
              const token = model.tokens[index]!
              if (one.kind === 'revoke') {
                await refreshTokens.revoke(token)
                model.isRevoked = true
                continue
              }
              const isOwner = one.client === 'web'
              const expected = predict(model, index, isOwner, now)
              const outcome = await refreshTokens.use(token, { clientId: one.client }).then(
                ({ refreshToken }) => refreshToken,
                (error: unknown) => (error instanceof RefreshTokenError ? error.code : String(error)),
              )
              if (expected === model.tokens.length) {
                expect(outcome).toMatch(/^[\w-]{64}$/)
                expect(families.flatMap(({ tokens }) => tokens)).not.toContain(outcome)
                model.tokens.push(outcome)
                model.rotatedAt = now
              } else {
                // A family that is over may be forgotten already.
                const isForgotten = isOver(model, now) && outcome === 'refresh_token_unknown'
                const said = typeof expected === 'number' ? model.tokens[expected] : expected
                expect(isForgotten ? said : outcome).toBe(said)
              }
            }
          }
        }),
        { numRuns: 300 },
      )
    } finally {
      vi.useRealTimers()
    }
  })
})
