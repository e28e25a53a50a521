import type { Configuration } from './options.ts'

/** Refreshes happen after 80 to 95 % of the freshness, so that no request meets a set that is not fresh. */
export const earliestRefresh = 0.8
export const latestRefresh = 0.95

/**
 * How long a set is taken for fresh, so that its refreshes stay within the configured bounds.
 *
 * @param saidMs what the response said, if it did
 */
export function boundedFreshnessMs(
  saidMs: number | undefined,
  { refreshMs, minRefreshMs, maxRefreshMs }: Pick<Configuration, 'refreshMs' | 'minRefreshMs' | 'maxRefreshMs'>,
): number {
  return Math.max(Math.min(saidMs ?? refreshMs, maxRefreshMs), minRefreshMs / earliestRefresh)
}
