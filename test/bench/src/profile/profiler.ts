import { Session } from 'node:inspector/promises'
import type { Verifier } from '@sallyport/core'
import { createSituationVerifier } from '../contenders/sallyport-verifier.ts'
import { atBest } from '../statistics.ts'
import type { Situation } from '../situation.ts'
import { TokenTape } from '../worker/token-tape.ts'
import { attribute } from './attribute.ts'
import type { ProfileAnswer, ProfileRequest } from './protocol.ts'

const samplingMicroseconds = 100
const batchSize = 200
/** So few that of the distinct tokens, which come in turn, none is remembered when it comes again. */
const maxEntriesForDistinctTokens = 1

async function profile({ situation, tokens, milliseconds }: ProfileRequest): Promise<ProfileAnswer> {
  const verifier = createSituationVerifier(situation, cacheFor(situation))
  const tape = new TokenTape(tokens)
  await authenticateFor(milliseconds / 4, verifier, tape)
  const microseconds = await authenticateFor(milliseconds / 4, verifier, tape)

  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: samplingMicroseconds })
  await session.post('Profiler.start')
  await authenticateFor(milliseconds / 2, verifier, tape)
  const { profile: recorded } = await session.post('Profiler.stop')
  session.disconnect()
  return {
    type: 'profile',
    microseconds,
    stages: Array.from(attribute(recorded), ([stage, share]) => ({ stage, share })),
  }
}

function cacheFor({ repetition }: Situation) {
  return repetition === 'distinct' ? { maxEntries: maxEntriesForDistinctTokens } : undefined
}

/** @returns time on the processors for a request in an undisturbed batch, in microseconds */
async function authenticateFor(milliseconds: number, verifier: Verifier, tape: TokenTape): Promise<number> {
  const perRequest: number[] = []
  let spent = 0
  while (spent < milliseconds * 1000) {
    const batch = tape.next(batchSize).map(requestWith)
    const before = process.cpuUsage()
    for (const request of batch) await verifier.authenticate(request)
    const { user, system } = process.cpuUsage(before)
    spent += user + system
    perRequest.push((user + system) / batch.length)
  }
  return atBest(perRequest, 'less')
}

/** Header fields as browsers and proxies send them. */
function requestWith(token: string) {
  const rawHeaders = ['Host', 'api.bench.example', 'Connection', 'keep-alive', 'Accept', 'application/json']
  rawHeaders.push('Authorization', `Bearer ${token}`, 'User-Agent', 'bench', 'X-Forwarded-For', '192.0.2.1')
  return { method: 'GET', url: '/reports', rawHeaders }
}

process.on('message', (request: ProfileRequest) => {
  profile(request).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ type: 'failed', message: error instanceof Error ? error.message : 'failed' }),
  )
})
process.on('disconnect', () => process.exit())
