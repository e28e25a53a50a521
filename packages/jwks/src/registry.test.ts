import { Agent } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { normalizeOptions } from './options.ts'
import { forgetLease, leaseFetcher, returnLease } from './registry.ts'
import { normalizeSource } from './source.ts'

const lease = (url: string, options = {}) => leaseFetcher(normalizeSource(url), normalizeOptions(options))

describe('the registry of fetchers', () => {
  it('has one fetcher for equal sources and options', () => {
    const agent = new Agent()
    const first = lease('https://one.example/jwks')
    expect(lease('https://one.example/jwks', { maxKeys: 100 }).fetcher).toBe(first.fetcher)
    expect(lease('https://ONE.example:443/jwks').fetcher).toBe(first.fetcher)
    const others = [
      lease('https://one.example/other'),
      lease('https://one.example/jwks', { maxKeys: 99 }),
      lease('https://one.example/jwks', { agent }),
      lease('https://one.example/jwks', { agent: new Agent() }),
    ]
    expect(new Set([first, ...others].map(({ fetcher }) => fetcher)).size).toBe(5)
    expect(lease('https://one.example/jwks', { agent }).fetcher).toBe(others[2]!.fetcher)
  })

  it('closes a fetcher with its last user, and makes a new one for the next', () => {
    const first = lease('https://two.example/jwks')
    const close = vi.spyOn(first.fetcher, 'close')
    lease('https://two.example/jwks')
    returnLease(first)
    expect(close).not.toHaveBeenCalled()
    returnLease(first)
    expect(close).toHaveBeenCalledOnce()
    expect(lease('https://two.example/jwks').fetcher).not.toBe(first.fetcher)
  })

  it('leaves the fetcher of a user who is gone without a word to finish', () => {
    const first = lease('https://three.example/jwks')
    const close = vi.spyOn(first.fetcher, 'close')
    expect(forgetLease(first)).toBe(true)
    expect(close).not.toHaveBeenCalled()
    const second = lease('https://three.example/jwks')
    expect(second.fetcher).not.toBe(first.fetcher)
    expect(forgetLease(first)).toBe(true)
    expect(lease('https://three.example/jwks').fetcher).toBe(second.fetcher)
  })

  it('DOS-2: keeps 1,000 fetchers, and lets go of those used least recently without closing them', () => {
    const first = lease('https://four.example/0')
    const close = vi.spyOn(first.fetcher, 'close')
    const second = lease('https://four.example/1')
    for (let index = 2; index <= 1_000; index++) lease(`https://four.example/${index}`)
    expect(close).not.toHaveBeenCalled()
    expect(lease('https://four.example/1').fetcher).toBe(second.fetcher)
    expect(lease('https://four.example/0').fetcher).not.toBe(first.fetcher)
    returnLease(first)
    expect(close).toHaveBeenCalledOnce()
  })
})
