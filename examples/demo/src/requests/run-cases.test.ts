import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeServer, originOf } from '../servers.ts'
import type { Answer } from './answer.ts'
import type { Case } from './cases.ts'
import { exitCodeFor } from './row.ts'
import { runCases } from './run-cases.ts'

const refusal: Answer = { status: 401, code: 'token_expired', challenge: 'Bearer error="invalid_token"' }

let server: Server
let origin: string
let received: string[]

beforeEach(async () => {
  received = []
  server = createServer((request, response) => {
    received.push(`${request.url} ${request.rawHeaders.filter((text) => text.startsWith('Bearer')).join(' and ')}`)
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token", error_description="Too late"' })
    response.end('{"code":"token_expired"}')
  }).listen(0, '127.0.0.1')
  origin = await originOf(server)
})

afterEach(async () => {
  if (server.listening) await closeServer(server)
})

function run(expected: Answer, headers: Case['headers'] = { authorization: 'Bearer t' }) {
  const row: Case = { group: 'group', title: 'title', path: '/reports', headers, expected }
  return runCases([{ name: 'App', origin }], [row], () => {})
}

describe('running the cases', () => {
  it('makes a good row of an answer that is as expected', async () => {
    const rows = await run(refusal)
    const milliseconds = expect.any(Number)
    expect(rows).toEqual([
      { app: 'App', group: 'group', case: 'title', expected: refusal, got: refusal, ok: true, milliseconds },
    ])
    expect(exitCodeFor(rows)).toBe(0)
  })

  it.each<Answer>([
    { ...refusal, status: 200 },
    { ...refusal, code: 'signature_invalid' },
    { ...refusal, challenge: 'Bearer' },
    { ...refusal, subject: 'client-rs256' },
    { ...refusal, retryLater: true },
    { status: 401 },
  ])('makes a bad row, and exit code 1, where %j was expected', async (expected) => {
    const rows = await run(expected)
    expect(rows).toMatchObject([{ expected, got: refusal, ok: false }])
    expect(exitCodeFor(rows)).toBe(1)
  })

  it('lets one bad row among good ones decide about the exit code', async () => {
    expect(exitCodeFor([...(await run(refusal)), ...(await run({ status: 200 })), ...(await run(refusal))])).toBe(1)
  })

  it('takes no rows at all for a failure', () => {
    expect(exitCodeFor([])).toBe(1)
  })

  it('makes a bad row of an app that does not answer', async () => {
    await closeServer(server)
    expect(await run(refusal)).toMatchObject([{ got: { status: 0 }, ok: false }])
  })

  it('sends two values of a header as two fields', async () => {
    await run(refusal, { authorization: ['Bearer one', 'Bearer two'] })
    expect(received).toEqual(['/reports Bearer one and Bearer two'])
  })

  it('tells what comes next, before each request', async () => {
    const told: string[] = []
    const cases = ['a', 'b'].map((title) => ({ group: '', title, path: '/', headers: {}, expected: refusal }))
    const apps = ['X', 'Y'].map((name) => ({ name, origin }))
    await runCases(apps, cases, (done, total, what) => told.push(`${done}/${total} ${what}`))
    expect(told).toEqual(['0/4 X: a', '1/4 Y: a', '2/4 X: b', '3/4 Y: b'])
  })
})
