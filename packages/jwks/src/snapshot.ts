import { wallMs } from './clock.ts'
import type { SnapshotRefusalReason } from './events.ts'
import { boundedFreshnessMs } from './freshness.ts'
import { importKeyEntries } from './import-keys.ts'
import { maxAgeMs } from './key-ring.ts'
import type { Configuration } from './options.ts'
import { exportPublicJwk, type KeyEntry } from './published-key.ts'
import type { Source } from './source.ts'
import { isAcceptableUrl } from './url.ts'

/**
 * A key set as it can be kept outside the process: plain data, public members only. It ages from the fetch that
 * brought the set, not from its export.
 */
export interface JwksSnapshot {
  readonly version: 1
  /** Issuer of the source, where it has one. */
  readonly issuer?: string | undefined
  /** URL that the set was fetched from. */
  readonly jwksUri: string
  /** When the set was fetched or last confirmed, in ISO 8601. */
  readonly fetchedAt: string
  /** How long it was to be fresh, in milliseconds. Without it: `refreshMs`. */
  readonly freshForMs?: number | undefined
  /** JWKs (RFC 7517 §4). */
  readonly keys: readonly Readonly<Record<string, string>>[]
}

/** How far the clock that dated a snapshot may differ from ours. */
export const clockToleranceMs = 10_000

export class SnapshotRefusal extends Error {
  readonly reason: SnapshotRefusalReason
  constructor(reason: SnapshotRefusalReason) {
    super(reason)
    this.reason = reason
  }
}

export function writeSnapshot(
  entries: readonly KeyEntry[],
  { issuer, jwksUri }: { issuer: string | undefined; jwksUri: string },
  { ageMs, freshnessMs }: { ageMs: number; freshnessMs: number },
): JwksSnapshot {
  return {
    version: 1,
    ...(issuer === undefined ? {} : { issuer }),
    jwksUri,
    fetchedAt: new Date(wallMs() - ageMs).toISOString(),
    freshForMs: Math.round(freshnessMs),
    keys: entries.filter((entry) => !entry.withdrawn).map(writeKey),
  }
}

function writeKey({ key, kid, alg, use }: KeyEntry): Record<string, string> {
  const members = { alg, ...exportPublicJwk(key), kid, use }
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, string] => member[1] !== undefined),
  )
}

export interface ReadSnapshot {
  readonly entries: readonly KeyEntry[]
  readonly jwksUri: string
  readonly ageMs: number
  /** How long it is fresh from its fetch on, within the configured bounds. */
  readonly freshnessMs: number
}

/**
 * Takes nothing for granted: the file or store may be damaged, old, or another source's (KEYS-9).
 *
 * @param jwksUri the URL that the source is known to have, if it is known yet
 * @throws SnapshotRefusal
 */
export function readSnapshot(
  value: unknown,
  source: Source,
  jwksUri: string | undefined,
  configuration: Configuration,
): ReadSnapshot {
  if (typeof value !== 'object' || value === null) throw new SnapshotRefusal('malformed')
  const { version, issuer, jwksUri: url, fetchedAt, freshForMs } = value as Record<string, unknown>
  const fetchedAtMs = typeof fetchedAt === 'string' && fetchedAt.length <= 32 ? Date.parse(fetchedAt) : Number.NaN
  if (version !== 1 || typeof url !== 'string' || Number.isNaN(fetchedAtMs)) throw new SnapshotRefusal('malformed')
  if (freshForMs !== undefined && !(Number.isFinite(freshForMs) && Number(freshForMs) >= 0)) {
    throw new SnapshotRefusal('malformed')
  }
  if (issuer !== source.issuer || (jwksUri !== undefined && url !== jwksUri)) throw new SnapshotRefusal('other_source')
  if (!URL.canParse(url) || !isAcceptableUrl(new URL(url))) throw new SnapshotRefusal('other_source')
  const freshnessMs = boundedFreshnessMs(freshForMs as number | undefined, configuration)
  const ageMs = wallMs() - fetchedAtMs
  if (ageMs < -clockToleranceMs) throw new SnapshotRefusal('future_dated')
  if (ageMs >= maxAgeMs(freshnessMs, configuration.maxStaleMs)) throw new SnapshotRefusal('too_old')
  const entries = readKeys(value, configuration)
  return { entries, jwksUri: url, ageMs: Math.max(ageMs, 0), freshnessMs }
}

function readKeys(value: object, { use, maxKeys }: Configuration): KeyEntry[] {
  try {
    const entries = importKeyEntries(value, { use, maxKeys })
    if (entries.length > 0) return entries
  } catch {
    throw new SnapshotRefusal('malformed')
  }
  throw new SnapshotRefusal('no_usable_key')
}
