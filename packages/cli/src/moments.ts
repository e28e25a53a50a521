const minute = 60
const hour = 60 * minute
const day = 24 * hour
const year = 365.25 * day

/** A length of time in words, rounded to what matters. */
export function describeDuration(seconds: number): string {
  const length = Math.abs(seconds)
  if (length < 90) return `${Math.round(length)} s`
  if (length < 90 * minute) return `${Math.round(length / minute)} min`
  if (length < 36 * hour) return `${Math.round(length / hour)} h`
  if (length < 2 * year) return `${Math.round(length / day)} days`
  return `${Math.round(length / year).toLocaleString('en')} years`
}

/** A moment as seen from now: `in 4 min`, `3 min ago`, `now`. */
export function describeMoment(epochSeconds: number, nowMs: number): string {
  const distance = epochSeconds - nowMs / 1000
  if (Math.abs(distance) < 1) return 'now'
  return distance >= 0 ? `in ${describeDuration(distance)}` : `${describeDuration(distance)} ago`
}

/** The last second that four-digit years have. */
export const latestMoment = 253_402_300_799

/** A moment of four-digit years in UTC: `2026-11-25 16:31:02 UTC`; `undefined` for any other number. */
export function formatMoment(epochSeconds: number): string | undefined {
  if (!(epochSeconds >= 0 && epochSeconds <= latestMoment)) return undefined
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
