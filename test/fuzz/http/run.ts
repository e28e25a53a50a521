import { type HttpDisagreement, HttpSession, prepareTokens } from './http-session.ts'
import { startServers } from './servers.ts'

interface HttpSettings {
  readonly minutes: number
  readonly seed: number
  readonly isJson: boolean
}

/** Most disagreements that are told in full. */
const maxFound = 10

/** `npm run fuzz -- --http`: fuzzes the three adapters until the time is over. */
export async function runHttp({ minutes, seed, isJson }: HttpSettings): Promise<boolean> {
  const session = new HttpSession(await prepareTokens(seed), seed)
  const servers = await startServers()
  const start = performance.now()
  const found: HttpDisagreement[] = []
  let total = 0
  let lineDue = 0
  const toLine = () => {
    const seconds = (performance.now() - start) / 1000
    const rate = Math.round(session.requests / seconds)
    const statuses = Array.from(session.statuses, ([status, count]) => `${status} ${count}`)
    return `${Math.round(seconds)} s, ${session.requests} requests, ${rate}/s, ${total} disagreements | ${statuses.join(', ')}`
  }
  if (!isJson) console.log(`seed ${seed}`)
  session.clock.install()
  try {
    while (performance.now() - start < minutes * 60_000) {
      const wrong = await session.runOnce(servers)
      total += wrong.length
      for (const one of wrong.slice(0, maxFound - found.length)) {
        found.push(one)
        if (!isJson) console.log(`DISAGREEMENT ${JSON.stringify(one, null, 2)}`)
      }
      if (isJson || performance.now() < lineDue) continue
      lineDue = performance.now() + 10_000
      console.log(toLine())
    }
  } finally {
    session.clock.restore()
    await Promise.all(servers.map((server) => server.close()))
  }
  const { requests, connections, statuses } = session
  const result = { seed, connections, requests, disagreements: total, statuses: Object.fromEntries(statuses), found }
  console.log(isJson ? JSON.stringify(result) : toLine())
  return total === 0
}
