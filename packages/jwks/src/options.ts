import type { Agent } from 'node:http'
import type { KeyUse } from './algorithm-fit.ts'
import { JwksConfigurationError } from './configuration-error.ts'
import type { JwksSnapshot } from './snapshot.ts'
import { createSnapshotFile } from './snapshot-file.ts'
import type { JwksStore } from './store.ts'

/**
 * Options of `createJwks`. Two calls with the same source and the same options share one fetcher.
 */
export interface JwksOptions {
  /**
   * What the keys are wanted for. Default `sig`: to verify what their owner signs. `enc`: to encrypt for their owner;
   * such a key has to say so itself.
   */
  readonly use?: KeyUse | undefined
  /** Time until the keys are refreshed when the response does not say how long it is fresh. Default 600,000 (10 min). */
  readonly refreshMs?: number | undefined
  /** Shortest time between refreshes, whatever the response says. Default 60,000 (1 min). */
  readonly minRefreshMs?: number | undefined
  /** Longest time between refreshes, whatever the response says. Default 3,600,000 (1 h). */
  readonly maxRefreshMs?: number | undefined
  /**
   * How long keys stay good after they were last confirmed, while the endpoint is down. Default 86,400,000 (24 h);
   * 0: only as long as they are fresh.
   */
  readonly maxStaleMs?: number | undefined
  /** Longest pause between two tries while fetching fails and nobody waits. Default 60,000 (1 min). */
  readonly maxRetryDelayMs?: number | undefined
  /** Longest spacing of fetches for unknown key ids; it starts at 1 s and doubles. Default 15,000 (15 s). */
  readonly maxCooldownMs?: number | undefined
  /** Longest time that a token with an unknown key id waits for a fetch. Default 2,000 (2 s). */
  readonly unknownKeyWaitMs?: number | undefined
  /** Longest time of one fetch, with its redirects and its metadata. Default 5,000 (5 s). */
  readonly timeoutMs?: number | undefined
  /** Longest time until a connection stands, TLS included. Default 3,000 (3 s). */
  readonly connectTimeoutMs?: number | undefined
  /** Largest key set, in bytes after decompression. Default 524,288 (512 kB). */
  readonly maxResponseBytes?: number | undefined
  /** Most keys in a set. Default 100. */
  readonly maxKeys?: number | undefined
  /**
   * Whether a fetched set without any usable key withdraws all keys. Default `false`: it is a fault, and the keys last
   * seen stay good.
   */
  readonly acceptEmptySet?: boolean | undefined
  /** Agent of `node:http` or `node:https`, for a private CA or a proxy. Default: none, and no proxy from the environment. */
  readonly agent?: Agent | undefined
  /** What `snapshot()` gave earlier, to start with. What is damaged, too old or of another source is ignored, with an event. */
  readonly snapshot?: JwksSnapshot | undefined
  /** File that keeps the last good set over restarts. It is written atomically. One file for one source. */
  readonly snapshotFile?: string | undefined
  /** Where the processes of a fleet share the last good set. */
  readonly store?: JwksStore | undefined
}

/** The options, checked and complete. */
export interface Configuration extends Numbers {
  readonly use: KeyUse
  readonly acceptEmptySet: boolean
  readonly agent: Agent | undefined
  readonly store: JwksStore | undefined
}

type Numbers = { readonly [Name in keyof typeof ranges]: number }

/** Default, least, most. */
const ranges = {
  refreshMs: [600_000, 1_000, 604_800_000],
  minRefreshMs: [60_000, 1_000, 604_800_000],
  maxRefreshMs: [3_600_000, 1_000, 604_800_000],
  maxStaleMs: [86_400_000, 0, 1_209_600_000],
  maxRetryDelayMs: [60_000, 1_000, 3_600_000],
  maxCooldownMs: [15_000, 1_000, 3_600_000],
  unknownKeyWaitMs: [2_000, 0, 30_000],
  timeoutMs: [5_000, 50, 60_000],
  connectTimeoutMs: [3_000, 50, 60_000],
  maxResponseBytes: [524_288, 1_024, 16_777_216],
  maxKeys: [100, 1, 1_000],
} as const satisfies Readonly<Record<string, readonly [number, number, number]>>

const otherNames = ['use', 'acceptEmptySet', 'agent', 'snapshot', 'snapshotFile', 'store']

export interface NormalizedOptions {
  readonly configuration: Configuration
  /** The options that make a difference between two fetchers: texts, numbers, and objects by their identity. */
  readonly identity: readonly unknown[]
}

/** @throws JwksConfigurationError */
export function normalizeOptions(options: unknown): NormalizedOptions {
  if (typeof options !== 'object' || options === null) throw new JwksConfigurationError('options', options, 'an object')
  const given = options as Record<string, unknown>
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(ranges, name) || otherNames.includes(name)) continue
    throw new JwksConfigurationError(name, given[name], 'nothing: there is no such option')
  }
  const numbers = checkNumbers(given)
  const use = checkUse(given['use'])
  const acceptEmptySet = checkBoolean(given['acceptEmptySet'], 'acceptEmptySet')
  const agent = checkAgent(given['agent'])
  const { store, snapshotFile } = given
  return {
    configuration: { ...numbers, use, acceptEmptySet, agent, store: checkStore(store, snapshotFile) },
    identity: [...Object.values(numbers), use, acceptEmptySet, agent, store, snapshotFile],
  }
}

function checkNumbers(given: Record<string, unknown>): Numbers {
  const entries = Object.entries(ranges).map(([name, [byDefault, least, most]]) => {
    const value = given[name] ?? defaultFor(name, byDefault, given)
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return [name, value]
    throw new JwksConfigurationError(name, value, `a whole number from ${least} to ${most}`)
  })
  const numbers = Object.fromEntries(entries) as Numbers
  if (numbers.minRefreshMs > numbers.maxRefreshMs) {
    throw new JwksConfigurationError(
      'minRefreshMs',
      numbers.minRefreshMs,
      `at most maxRefreshMs, ${numbers.maxRefreshMs}`,
    )
  }
  if (numbers.refreshMs < numbers.minRefreshMs || numbers.refreshMs > numbers.maxRefreshMs) {
    const takes = `a number from minRefreshMs, ${numbers.minRefreshMs}, to maxRefreshMs, ${numbers.maxRefreshMs}`
    throw new JwksConfigurationError('refreshMs', numbers.refreshMs, takes)
  }
  return numbers
}

/** A default gives way to the bound that was named next to it. */
function defaultFor(name: string, byDefault: number, given: Record<string, unknown>): number {
  const bound = (option: string) => (typeof given[option] === 'number' ? given[option] : undefined)
  if (name === 'refreshMs') {
    return Math.max(Math.min(byDefault, bound('maxRefreshMs') ?? byDefault), bound('minRefreshMs') ?? 0)
  }
  if (name === 'minRefreshMs')
    return Math.min(byDefault, bound('refreshMs') ?? byDefault, bound('maxRefreshMs') ?? byDefault)
  if (name === 'maxRefreshMs') return Math.max(byDefault, bound('refreshMs') ?? 0, bound('minRefreshMs') ?? 0)
  if (name === 'connectTimeoutMs') return Math.min(byDefault, bound('timeoutMs') ?? byDefault)
  return byDefault
}

function checkUse(value: unknown): KeyUse {
  if (value === undefined || value === 'sig' || value === 'enc') return value ?? 'sig'
  throw new JwksConfigurationError('use', value, '"sig" or "enc"')
}

function checkBoolean(value: unknown, option: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw new JwksConfigurationError(option, value, 'true or false')
}

function checkAgent(value: unknown): Agent | undefined {
  if (value === undefined) return undefined
  const isAgent = typeof value === 'object' && value !== null && 'addRequest' in value
  if (isAgent && typeof value.addRequest === 'function') return value as unknown as Agent
  throw new JwksConfigurationError('agent', value, 'an Agent of node:http or node:https')
}

function checkStore(store: unknown, file: unknown): JwksStore | undefined {
  if (file !== undefined) {
    if (store !== undefined) throw new JwksConfigurationError('snapshotFile', file, 'nothing beside store')
    if (typeof file === 'string' && file !== '' && !file.includes('\0')) return createSnapshotFile(file)
    throw new JwksConfigurationError('snapshotFile', file, 'the path of a file')
  }
  if (store === undefined) return undefined
  const { load, save } = typeof store === 'object' && store !== null ? (store as Record<string, unknown>) : {}
  if (typeof load === 'function' && typeof save === 'function') return store as JwksStore
  throw new JwksConfigurationError('store', store, 'an object with the methods load and save')
}
