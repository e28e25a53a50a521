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

  it('keeps also what no key has signed', () => {
    const tokens = new VerifiedTokens(bounds)
    const verdict = verdictOn(`h.p.${signature}`, { key: undefined })
    tokens.keep(verdict)
    expect(tokens.recall(verdict.token, 999.9)).toBe(verdict)
    expect(tokens.recall(verdict.token, 1000)).toBeUndefined()
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

  it('DOS-2: counts three bytes for each character of a token, and 1,024 beside', () => {
    const count = 3
    for (const length of [100, 400]) {
      const tokens = Array.from({ length: 5 }, (_, index) => `h.p.${index}`.padEnd(length, `${index}`))
      const cost = 3 * length + 1_024
      for (const [maxBytes, kept] of [
        [count * cost, count],
        [count * cost - 1, count - 1],
      ] as const) {
        const verified = new VerifiedTokens({ maxEntries: 100, maxBytes })
        for (const token of tokens) verified.keep(verdictOn(token))
        expect(tokens.filter((token) => verified.recall(token, 1) !== undefined)).toEqual(tokens.slice(-kept))
      }
    }
  })

  it('JOSE-13: compares the whole token also where the same one came just before', () => {
    const tokens = new VerifiedTokens(bounds)
    const verdict = verdictOn(`h.good.${signature}`)
    tokens.keep(verdict)
    for (let recalls = 0; recalls < 40; recalls++) {
      expect(tokens.recall(`h.good.${signature}`, 1)).toBe(verdict)
      expect(tokens.recall(`h.evil.${signature}`, 1)).toBeUndefined()
      expect(tokens.recall(`h.evil.x${signature}`, 1)).toBeUndefined()
    }
  })

  it('DOS-2: lets nothing that was put out come back, however lately it was recalled', () => {
    const tokens = new VerifiedTokens({ maxEntries: 2, maxBytes: 1_000_000 })
    const first = verdictOn(`h.p.${'a'.repeat(86)}`)
    const others = ['b', 'c', 'd'].map((letter) => verdictOn(`h.p.${letter.repeat(86)}`))
    tokens.keep(first)
    expect(tokens.recall(first.token, 1)).toBe(first)
    for (const other of others) tokens.keep(other)
    expect(tokens.recall(first.token, 1)).toBeUndefined()
    const again = verdictOn(first.token)
    tokens.keep(again)
    expect(tokens.recall(first.token, 1)).toBe(again)
    const successor = verdictOn(first.token)
    tokens.keep(successor)
    expect(tokens.recall(first.token, 1)).toBe(successor)
  })

  it('keeps what comes often, and not what came once', () => {
    const tokens = new VerifiedTokens({ maxEntries: 10, maxBytes: 1_000_000 })
    const often = verdictOn(`h.p.${'o'.repeat(86)}`)
    tokens.keep(often)
    for (let others = 0; others < 100; others++) {
      tokens.keep(verdictOn(`h.p.${String(others).padStart(86, '0')}`))
      for (let recalls = 0; recalls < 5; recalls++) expect(tokens.recall(often.token, 1)).toBe(often)
    }
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
