import type { IncomingHttpHeaders } from 'node:http'
import { wallMs } from './clock.ts'

/** A server that says more than this asks for too much. */
const maxRetryAfterMs = 600_000

/** `Retry-After` (RFC 9110 §10.2.3) in milliseconds, at most 10 minutes; 0 without one. */
export function retryAfterMs(headers: IncomingHttpHeaders): number {
  const value = headers['retry-after']
  if (value === undefined) return 0
  const ms = secondsToMs(value) ?? Date.parse(value) - sentAtMs(headers)
  return ms > 0 ? Math.min(ms, maxRetryAfterMs) : 0
}

/**
 * How long a response is fresh (RFC 9111 §4.2): `max-age`, else `Expires`, less the `Age` it came with.
 *
 * @returns milliseconds, 0 for `no-cache` and `no-store`, `undefined` when the response does not say
 */
export function freshnessMs(headers: IncomingHttpHeaders): number | undefined {
  const ageMs = secondsToMs(headers.age) ?? 0
  const directives = (headers['cache-control'] ?? '')
    .toLowerCase()
    .split(',', 32)
    .map((directive) => directive.trim())
  if (directives.includes('no-cache') || directives.includes('no-store')) return 0
  const maxAge = directives.find((directive) => directive.startsWith('max-age='))?.slice('max-age='.length)
  const maxAgeMs = secondsToMs(maxAge?.replaceAll('"', ''))
  if (maxAgeMs !== undefined) return Math.max(0, maxAgeMs - ageMs)
  if (headers.expires === undefined) return undefined
  // RFC 9111 §5.3: an invalid date, above all "0", lies in the past.
  const lifetimeMs = Date.parse(headers.expires) - sentAtMs(headers)
  return lifetimeMs > 0 ? Math.max(0, lifetimeMs - ageMs) : 0
}

/** The server's own clock, where it tells: what it says about times is reckoned by that. */
function sentAtMs({ date }: IncomingHttpHeaders): number {
  const sentAt = Date.parse(date ?? '')
  return Number.isNaN(sentAt) ? wallMs() : sentAt
}

/** RFC 9111 §1.2.2: whatever is too large means 2^31 seconds. */
function secondsToMs(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Math.min(Number(value), 2 ** 31) * 1000 : undefined
}
