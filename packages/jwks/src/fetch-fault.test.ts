import { describe, expect, it } from 'vitest'
import { asFetchFault, FetchFault } from './fetch-fault.ts'

describe('asFetchFault', () => {
  it('leaves a fault as it is', () => {
    const fault = new FetchFault('status', 'x answered 503', { status: 503, retryAfterMs: 1_000 })
    expect(asFetchFault(fault)).toBe(fault)
  })

  it.each([
    [Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [new TypeError('10.0.0.1 is secret'), 'TypeError'],
    [Object.assign(new Error('x'), { code: 20 }), 'Error'],
    ['10.0.0.1', 'unknown error'],
  ])('makes one of the network of %s, without its message', (error, message) => {
    expect(asFetchFault(error)).toMatchObject({ reason: 'network', message, status: undefined, retryAfterMs: 0 })
  })
})
