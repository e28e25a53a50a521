import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { MemoryAnswer, MemoryRequest } from '../memory/protocol.ts'
import type { MemoryResult } from '../results.ts'
import { ask } from '../worker/ask.ts'
import type { Run } from './measure.ts'

/** `cache.maxBytes` by default. */
const boundBytes = 33_554_432
/** A million tokens are an answer of some minutes. */
const timeLimitMs = 3_600_000

/** Distinct tokens, first valid ones and then invalid ones, through one verifier as it is shipped. */
export async function measureMemory({ effort, progress }: Run): Promise<readonly MemoryResult[]> {
  const plans: readonly MemoryRequest[] = [
    { name: 'common tokens', tokens: effort.memoryTokens, roles: 0 },
    { name: 'large tokens', tokens: Math.ceil(effort.memoryTokens / 10), roles: 300 },
  ]
  const results: MemoryResult[] = []
  for (const plan of plans) {
    progress.show('memory', `${plan.tokens} ${plan.name} of each kind`)
    const child = fork(fileURLToPath(new URL('../memory/grower.js', import.meta.url)), { execArgv: ['--expose-gc'] })
    try {
      const answer = await ask<MemoryAnswer>(child, plan, timeLimitMs)
      if (answer.type === 'failed') throw new Error(`memory, ${plan.name}: ${answer.message}`)
      const { valid, invalid, tokenBytes } = answer
      const common = { tokens: plan.tokens, tokenBytes, boundBytes }
      results.push({ name: `valid ${plan.name}`, ...common, growthBytes: valid })
      results.push({ name: `then invalid ${plan.name}`, ...common, growthBytes: invalid })
    } finally {
      if (child.connected) child.disconnect()
    }
  }
  return results
}
