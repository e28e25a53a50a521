import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { JwksUnavailableError } from '@sallyport/jwks'
import { describe, expect, it } from 'vitest'
import { createFakeJwks } from '../fake-jwks.test.support.ts'
import type { ProtectedRequest } from '../index.ts'
import { audience, goodClaims, issuer, makeKey, mint } from '../mint.test.support.ts'
import { createGate, type Gate } from './index.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Sends requests whose senders go away at once: nobody keeps them but who verifies them. */
function sendAndForget(gate: Gate, tokens: readonly string[]): WeakRef<ProtectedRequest>[] {
  return tokens.map((token) => {
    const rawHeaders = ['authorization', `Bearer ${token}`]
    const request: ProtectedRequest = { method: 'GET', url: '/', rawHeaders }
    void Promise.resolve(gate.admit(request)).catch(() => {})
    return new WeakRef(request)
  })
}

/** How many are still there when there were some turns of the event loop to collect them in. */
async function remaining(requests: readonly WeakRef<ProtectedRequest>[]): Promise<number> {
  let count = requests.length
  for (let round = 0; round < 20 && count > 0; round++) {
    await turn()
    collectGarbage()
    count = requests.filter((request) => request.deref() !== undefined).length
  }
  return count
}

describe('requests that were given up', () => {
  it('DOS-3: are held by nothing any more when the keys that they waited for have not come', async () => {
    const failures: ((error: Error) => void)[] = []
    const { jwks } = createFakeJwks(() => new Promise((_, reject) => failures.push(reject)))
    const gate = createGate({ issuer, audience, jwks })
    const key = makeKey('ES256')
    const tokens = await Promise.all([1, 2, 3].map((index) => mint(key, goodClaims({ jti: `${index}` }))))
    // One of them twice: they wait for the same verification.
    const requests = sendAndForget(gate, [...tokens, tokens[0]!])
    expect(requests.every((request) => request.deref() !== undefined)).toBe(true)
    for (const fail of failures.splice(0)) fail(new JwksUnavailableError('timed out', 1))
    expect(await remaining(requests)).toBe(0)
  })

  it('DOS-3: are held by nothing any more when they were served, though their tokens are remembered', async () => {
    const key = makeKey('ES256')
    const gate = createGate({ issuer, audience, jwks: { keys: [key.publicJwk] } })
    const tokens = await Promise.all([1, 2, 3].map((index) => mint(key, goodClaims({ jti: `${index}` }))))
    expect(await remaining(sendAndForget(gate, tokens))).toBe(0)
  })
})
