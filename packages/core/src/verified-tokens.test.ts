import { describe, expect, it } from 'vitest'
import { createAuthentication } from './authentication.ts'
import { type Verdict, VerifiedTokens } from './verified-tokens.ts'

const key = { kid: 'k', key: undefined as never, withdrawn: false }

function verdictOn(token: string, parts: Partial<Verdict> = {}): Verdict {
  const expiresAt = 1000
  const authentication = createAuthentication({
    issuer: 'i',
    audience: [],
    scopes: [],
    expiresAt,
    signed: {},
    claims: {},
  })
  const period = { notBefore: 0, notOnOrAfter: expiresAt + 30, expiresAt }
  const issuer = undefined as never
  return { token, authentication, signed: {}, period, issuer, key, algorithm: 'ES256', isKnown: false, ...parts }
}

describe('VerifiedTokens', () => {
  const signature = 's'.repeat(86)
  const bounds = { maxEntries: 100, maxBytes: 1_000_000 }

  it('JOSE-13: compares the whole token, not only its end', () => {
    const tokens = new VerifiedTokens(bounds)
    const verdict = verdictOn(`h.good.${signature}`)
    tokens.keep(verdict)
    expect(tokens.recall(`h.good.${signature}`, 1)).toBe(verdict)
    expect(tokens.recall(`h.evil.${signature}`, 1)).toBeUndefined()
  })

  it('JOSE-13: forgets at exp, and with the key', () => {
    const tokens = new VerifiedTokens(bounds)
    const token = `h.p.${signature}`
    tokens.keep(verdictOn(token))
    expect(tokens.recall(token, 999.9)).toBeDefined()
    expect(tokens.recall(token, 1000)).toBeUndefined()
    expect(tokens.recall(token, 1)).toBeUndefined()
    const withdrawn = { ...key }
    tokens.keep(verdictOn(token, { key: withdrawn }))
    expect(tokens.recall(token, 1)).toBeDefined()
    withdrawn.withdrawn = true
    expect(tokens.recall(token, 1)).toBeUndefined()
  })

  it('DOS-2: is bounded by number and by bytes', () => {
    const few = new VerifiedTokens({ maxEntries: 3, maxBytes: 1_000_000 })
    const small = new VerifiedTokens({ maxEntries: 1000, maxBytes: 65_536 })
    const tokens = Array.from({ length: 100 }, (_, index) => `h.p.${String(index).padStart(86, '0')}`)
    for (const token of tokens) {
      few.keep(verdictOn(token))
      small.keep(verdictOn(token))
    }
    expect(tokens.filter((token) => few.recall(token, 1) !== undefined)).toHaveLength(3)
    const kept = tokens.filter((token) => small.recall(token, 1) !== undefined).length
    expect(kept).toBeGreaterThan(10)
    expect(kept).toBeLessThan(65)
  })

  it('remembers a token when it passes for the second time', () => {
    const tokens = new VerifiedTokens(bounds)
    const verdict = verdictOn(`h.p.${signature}`)
    tokens.remember(verdict)
    expect(tokens.recall(verdict.token, 1)).toBeUndefined()
    tokens.remember(verdict)
    expect(tokens.recall(verdict.token, 1)).toBe(verdict)
  })
})
