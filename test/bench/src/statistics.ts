/** The middle of several measurements and how far they spread. */
export interface Summary {
  readonly median: number
  /** A quarter of the measurements lie below. */
  readonly p25: number
  /** A quarter of the measurements lie above. */
  readonly p75: number
  /** Median absolute deviation from the median. */
  readonly mad: number
  readonly count: number
}

/**
 * The value below which the fraction lies, between two measurements by linear interpolation.
 *
 * @param fraction 0 to 1
 * @throws RangeError without a value
 */
export function quantile(values: readonly number[], fraction: number): number {
  if (values.length === 0) throw new RangeError('There is no quantile of nothing')
  const sorted = values.toSorted((one, other) => one - other)
  const position = (sorted.length - 1) * fraction
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/**
 * The value of an undisturbed round: a tenth of the rounds were better. Whatever else a machine does only adds to a
 * time, so this says most of the code where the median says most of the machine.
 *
 * @param better which end is the good one
 */
export function atBest(values: readonly number[], better: 'less' | 'more'): number {
  return quantile(values, better === 'less' ? 0.1 : 0.9)
}

/** How much of its time a process had a processor, over all of its rounds. */
export function processorShareOf(rounds: readonly { readonly cpuMs: number; readonly wallMs: number }[]): number {
  const cpu = rounds.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  return cpu / rounds.reduce((sum, { wallMs }) => sum + wallMs, 0)
}

/** @throws RangeError without a value */
export function summarize(values: readonly number[]): Summary {
  const middle = median(values)
  return {
    median: middle,
    p25: quantile(values, 0.25),
    p75: quantile(values, 0.75),
    mad: median(values.map((value) => Math.abs(value - middle))),
    count: values.length,
  }
}

/**
 * Summary of the quotients round by round: what slows the machine down for a while slows both halves of a pair.
 *
 * @throws RangeError when there is not a pair for each value
 */
export function summarizeRatios(values: readonly number[], references: readonly number[]): Summary {
  if (values.length !== references.length) throw new RangeError('Each value needs the reference of its own round')
  return summarize(values.map((value, index) => value / (references[index] ?? Number.NaN)))
}
