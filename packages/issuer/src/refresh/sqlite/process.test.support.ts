/*
 * A process that uses an SQLite file of refresh tokens, and may be killed at any moment. Arguments: what to do, the file,
 * and more. It reads and writes lines.
 */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createRefreshTokens, type RefreshTokenStore, sqliteRefreshStore } from '../index.ts'

const [, , task = '', path = '', token = '', killAt = '0'] = process.argv
const web = { clientId: 'web' }

/** Kills this process before or after the given of the store's operations, counted from 1; the halves are the returns. */
function killedAt(store: RefreshTokenStore, at: number): RefreshTokenStore {
  let step = 0
  const arrive = () => {
    if (++step === at) process.kill(process.pid, 'SIGKILL')
  }
  const entries = Object.entries(store).map(([name, operation]) => [
    name,
    async (...values: unknown[]) => {
      arrive()
      const answer: unknown = await (operation as (...values: unknown[]) => Promise<unknown>)(...values)
      arrive()
      return answer
    },
  ])
  return Object.fromEntries(entries) as RefreshTokenStore
}

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

const store = killedAt(sqliteRefreshStore({ path }), Number(killAt))
const refreshTokens = createRefreshTokens({ store, graceSeconds: 60, storeTimeoutMs: 20_000 })

if (task === 'rotate') {
  let last = token
  for (;;) {
    ;({ refreshToken: last } = await refreshTokens.use(last, web))
    say(last)
  }
} else if (task === 'answer') {
  say('ready')
  for await (const line of createInterface(process.stdin)) say((await refreshTokens.use(line, web)).refreshToken)
} else if (task === 'fill') {
  const request = {
    subject: 'user-1',
    clientId: 'web',
    audience: 'https://api.example',
    claims: { x: 'x'.repeat(4000) },
  }
  try {
    for (let count = 0; count < 1000; count++) await refreshTokens.issue(request)
    say('no fault')
  } catch (error) {
    say((error as { code: string }).code)
  }
}
