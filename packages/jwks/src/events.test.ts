import { describe, expect, it, vi } from 'vitest'
import { EventStream, type JwksListener, nameOfKey, printable } from './events.ts'
import { importKeys } from './import-keys.ts'
import { makeKey } from './keys.test.support.ts'

describe('EventStream', () => {
  it('tells every listener, with the source, in a form that none can change', () => {
    const stream = new EventStream('https://as.example/jwks')
    const listeners = [vi.fn<JwksListener>(), vi.fn<JwksListener>()]
    for (const listener of listeners) stream.subscribe(listener)
    stream.emit({ type: 'cooldown', fetchInMs: 5 })
    for (const { mock } of listeners) {
      const [event] = mock.calls[0]!
      expect(event).toEqual({ source: 'https://as.example/jwks', type: 'cooldown', fetchInMs: 5 })
      expect(Object.isFrozen(event)).toBe(true)
    }
  })

  it('goes on when a listener throws, or rejects', async () => {
    const stream = new EventStream('x')
    stream.subscribe(() => {
      throw new Error('thrown')
    })
    // oxlint-disable-next-line typescript/no-misused-promises -- what users do
    stream.subscribe(async () => {
      throw new Error('rejected')
    })
    const last = vi.fn<JwksListener>()
    stream.subscribe(last)
    stream.emit({ type: 'cooldown', fetchInMs: 5 })
    // An unhandled rejection would fail the run.
    await new Promise((resolve) => setImmediate(resolve))
    expect(last).toHaveBeenCalledOnce()
  })

  it('ends each subscription by itself, also while it tells', () => {
    const stream = new EventStream('x')
    const listener = vi.fn<JwksListener>(() => endFirst())
    const endFirst = stream.subscribe(listener)
    const endSecond = stream.subscribe(listener)
    stream.emit({ type: 'cooldown', fetchInMs: 5 })
    expect(listener).toHaveBeenCalledTimes(2)
    stream.emit({ type: 'cooldown', fetchInMs: 5 })
    expect(listener).toHaveBeenCalledTimes(3)
    endSecond()
    stream.emit({ type: 'cooldown', fetchInMs: 5 })
    expect(listener).toHaveBeenCalledTimes(3)
  })
})

describe('nameOfKey', () => {
  it('shows nothing of a key but what it is called by', () => {
    const [key] = importKeys({ keys: [makeKey('a\u001b[31m', 'ES256').jwk] })
    expect(nameOfKey(key!)).toEqual({
      kid: 'a?[31m',
      kty: 'EC',
      crv: 'P-256',
      alg: 'ES256',
      thumbprint: key!.thumbprint,
    })
  })
})

describe('printable', () => {
  it('LOG-3: leaves printable ASCII, and not much of it', () => {
    expect(printable('a\r\nb\tc\u0000\u202ed')).toBe('a??b?c??d')
    expect(printable('x'.repeat(100))).toHaveLength(64)
    expect(printable(undefined)).toBeUndefined()
  })
})
