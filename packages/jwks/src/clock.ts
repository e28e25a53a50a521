/**
 * Milliseconds that only go forward. Everything inside the process is measured with it, so that a jump of the wall
 * clock neither ages the keys nor opens the way for a flood of fetches.
 */
export const monotonicMs = (): number => performance.now()

/** Milliseconds since the epoch: only for what outlives the process (snapshots) and for HTTP dates. */
export const wallMs = (): number => Date.now()

/** The longest delay that a timer of Node.js takes; a longer one would fire at once. */
export const longestDelayMs = 2_147_483_647

/**
 * A timer that keeps neither the process nor its owner alive: a fetcher that nobody holds any more is collected, and
 * its timer does nothing.
 */
export function startTimer<Owner extends object>(
  owner: Owner,
  delayMs: number,
  action: (owner: Owner) => void,
): NodeJS.Timeout {
  const reference = new WeakRef(owner)
  const timer = setTimeout(
    () => {
      const held = reference.deref()
      if (held !== undefined) action(held)
    },
    Math.min(Math.max(Math.ceil(delayMs), 0), longestDelayMs),
  )
  timer.unref()
  return timer
}
