import type { RunningWay } from '../ways/index.ts'

/** What a copy of the database gives away; each is tried, not thought. */
export interface LeakFindings {
  /** Whether something in it lets somebody in. */
  readonly database: boolean
  /** Whether something in it does together with the application's secret. */
  readonly withSecret: boolean
  /** Whether the secret does without the database; `undefined` where the application has none. */
  readonly secretAlone: boolean | undefined
}

export async function measureLeak(way: RunningWay): Promise<LeakFindings> {
  // A copy each, as what lets somebody in may do so only once.
  return {
    database: await anyOf(await copyOf(way), (text) => way.present(text)),
    withSecret: await anyOf(await copyOf(way), (text) => way.presentWithSecret(text)),
    secretAlone: await way.forge(),
  }
}

async function copyOf(way: RunningWay): Promise<readonly string[]> {
  await way.logIn()
  return [...new Set(textsIn(await way.database()))]
}

async function anyOf(texts: readonly string[], isGood: (text: string) => Promise<boolean>): Promise<boolean> {
  for (const text of texts) if (await isGood(text)) return true
  return false
}

/** Every text in a value, names too, and those in texts that are JSON. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const inner = parse(value)
    return inner === undefined ? [value] : [value, ...textsIn(inner)]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member)])
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
