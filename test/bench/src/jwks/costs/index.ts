import { fork } from 'node:child_process'
import { generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { ask } from '../../worker/ask.ts'
import { KeyServer } from '../authority/key-server.ts'
import type { CostAnswer, CostName, CostRequest, FloodMemory, LookUpCost } from './protocol.ts'

export type { FloodMemory, LookUpCost }

const publishedKeys = 10

export async function measureCostOfLookUp(): Promise<LookUpCost> {
  const { answer } = await measure('lookUp')
  if (answer.type !== 'lookUp') throw new Error(`${answer.type} instead of lookUp`)
  return answer.result
}

export async function measureFloodMemory(): Promise<FloodMemory> {
  const { answer, fetches } = await measure('memory')
  if (answer.type !== 'memory') throw new Error(`${answer.type} instead of memory`)
  return { ...answer.result, fetches }
}

async function measure(cost: CostName): Promise<{ readonly answer: CostAnswer; readonly fetches: number }> {
  const server = await KeyServer.start()
  const keys = Array.from({ length: publishedKeys }, makeKey)
  server.publish(keys)
  const child = fork(fileURLToPath(new URL('./child.js', import.meta.url)), { execArgv: ['--expose-gc'] })
  try {
    const request: CostRequest = { cost, jwksUri: `${server.origin}/jwks`, kids: keys.map(({ kid }) => kid) }
    const answer = await ask<CostAnswer>(child, request)
    if (answer.type === 'failed') throw new Error(`${cost}: ${answer.message}`)
    return { answer, fetches: server.asked }
  } finally {
    if (child.connected) child.disconnect()
    await server.close()
  }
}

function makeKey(): JsonWebKey & { readonly kid: string } {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = randomBytes(32).toString('base64url')
  return { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }
}
