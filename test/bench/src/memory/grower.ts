import { createSecretKey, randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { AccessTokenError, createVerifier, type Verifier } from '@sallyport/core'
import { audience, issuer } from '../tokens/claims.ts'
import { createMint } from './mint.ts'
import type { MemoryAnswer, MemoryRequest } from './protocol.ts'

/** How often along the way the memory is looked at. */
const looks = 10
/** Before the first look, so that compiled code and the like are there already. */
const warmUpTokens = 2_000

async function grow({ tokens, roles }: MemoryRequest): Promise<MemoryAnswer> {
  const secret = createSecretKey(randomBytes(32))
  const mint = createMint(secret, roles)
  // The code is compiled with another verifier, so that the one looked at starts empty.
  const create = () => createVerifier({ issuer, audience, secret, algorithm: 'HS256' })
  await runThrough(create(), mint.valid, 0, warmUpTokens, 'accepted')
  await runThrough(create(), mint.invalid, 0, warmUpTokens, 'refused')
  const verifier = create()
  const start = await usedBytes()
  const valid: number[] = []
  const invalid: number[] = []
  const step = Math.ceil(tokens / looks)
  for (let done = 0; done < tokens; done += step) {
    await runThrough(verifier, mint.valid, done, done + step, 'accepted')
    valid.push((await usedBytes()) - start)
  }
  for (let done = 0; done < tokens; done += step) {
    await runThrough(verifier, mint.invalid, done, done + step, 'refused')
    invalid.push((await usedBytes()) - start)
  }
  return { type: 'memory', tokenBytes: mint.valid(0).length, valid, invalid }
}

async function runThrough(
  verifier: Verifier,
  mint: (index: number) => string,
  from: number,
  to: number,
  expected: 'accepted' | 'refused',
): Promise<void> {
  for (let index = from; index < to; index++) {
    const outcome = await verifier.verify(mint(index)).then(
      () => 'accepted' as const,
      (error: unknown) => {
        if (error instanceof AccessTokenError) return 'refused' as const
        throw error
      },
    )
    if (outcome !== expected) throw new Error(`token ${index} was ${outcome}, and should have been ${expected}`)
  }
}

/** Heap and what hangs on it outside, after a full collection. */
async function usedBytes(): Promise<number> {
  // Buffers are given back in a later turn.
  for (let pass = 0; pass < 3; pass++) {
    globalThis.gc?.()
    await setImmediate()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

process.on('message', (request: MemoryRequest) => {
  grow(request).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ type: 'failed', message: error instanceof Error ? error.message : 'failed' }),
  )
})
process.on('disconnect', () => process.exit())
