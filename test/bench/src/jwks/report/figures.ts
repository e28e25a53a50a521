import type { ValidRequests } from '../scenarios/requests.ts'
import type { RotatedKey } from '../scenarios/rotated-key.ts'

/** A time, so that it can be read at a glance. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${(ms / 60_000).toFixed(1)} min`
}

/** How long it took until a new key was accepted. */
export function acceptance({ acceptedAfterMs, watchedForMs }: RotatedKey): string {
  return acceptedAfterMs === undefined ? `> ${duration(watchedForMs)}` : duration(acceptedAfterMs)
}

/** Failed requests, of how many. */
export function failures({ failed, total }: ValidRequests): string {
  return failed === 0 ? '0' : `${failed}/${total}`
}
