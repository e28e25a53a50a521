import { isForgedFormTaken } from './measure/forged-form.ts'
import { type LeakFindings, measureLeak } from './measure/leak.ts'
import { measureLoad } from './measure/load.ts'
import { type LogoutFindings, measureLogout } from './measure/logout.ts'
import { measureBytes } from './measure/request-bytes.ts'
import { setupLines } from './measure/setup-lines.ts'
import { measureTheft, type TheftFindings } from './measure/theft.ts'
import { type RunningWay, type Way, type WayOptions, ways } from './ways/index.ts'

export interface CompareOptions extends WayOptions {
  /** How long each way is put under load. */
  readonly loadSeconds: number
}

/** How fast a way is, and for how many lines. */
interface Cost {
  readonly name: string
  readonly setupLines: number
  /** Of what has to run beside the application. */
  readonly linesBesides: number
  /** Of processor time. */
  readonly requestsPerSecond: number
  readonly requestBytes: number
}

/** What thieves and other sites get out of a way. */
interface Safety {
  readonly logout: LogoutFindings
  readonly theft: TheftFindings
  readonly leak: LeakFindings
  readonly forgedFormTaken: boolean
}

/** What was found about one way. */
export interface Findings extends Cost, Safety {}

export async function compare(options: CompareOptions): Promise<readonly Findings[]> {
  const costs: Cost[] = []
  // One after the other: they share a processor.
  for (const way of ways) costs.push(await measureCost(way, options))
  const safeties = await Promise.all(ways.map((way) => measureSafety(way, options)))
  return costs.map((cost, index) => Object.assign({}, cost, safeties[index]))
}

async function measureCost(way: Way, { loadSeconds }: CompareOptions): Promise<Cost> {
  const { name, files, besides } = way
  // A token has to outlive the load.
  return withRunning(way, { lifetimeSeconds: 300 }, async (running) => {
    const { fields } = await running.logIn()
    const url = `${running.origin}/me`
    return {
      name,
      setupLines: setupLines(files),
      linesBesides: setupLines(besides),
      requestsPerSecond: await measureLoad({ url, fields, seconds: loadSeconds }),
      requestBytes: await measureBytes(url, fields),
    }
  })
}

async function measureSafety(way: Way, { lifetimeSeconds }: CompareOptions): Promise<Safety> {
  // Whether a logout takes effect shows when tokens expire; nothing else may depend on that.
  const logout = await withRunning(way, { lifetimeSeconds }, (running) =>
    measureLogout(running, lifetimeSeconds * 1000 + 5000),
  )
  return withRunning(way, { lifetimeSeconds: 300 }, async (running) => ({
    logout,
    theft: await measureTheft(running),
    leak: await measureLeak(running),
    forgedFormTaken: await isForgedFormTaken(running),
  }))
}

async function withRunning<T>(way: Way, options: WayOptions, use: (running: RunningWay) => Promise<T>): Promise<T> {
  const running = await way.start(options)
  try {
    return await use(running)
  } finally {
    await running.close()
  }
}
