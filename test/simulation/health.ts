import type { FaultSpan, Span } from './timetable.ts'

/** When the key set could be had, and when not. */
export class Health {
  /** In the order of their ends. */
  #badSpans: Span[]

  constructor(faults: readonly FaultSpan[]) {
    this.#badSpans = faults.filter(({ where }) => where !== 'metadata')
  }

  /** The server asked for a pause: nobody may ask it then, whether it is well or not. */
  addPause(pause: Span): void {
    this.#badSpans = [...this.#badSpans, pause].toSorted((one, other) => one.to - other.to)
  }

  /** Since when all has been well; `undefined` while it is not. */
  wellSince(now: number): number | undefined {
    if (this.#badSpans.some(({ from, to }) => from <= now && now < to)) return undefined
    return this.#badSpans.findLast(({ to }) => to <= now)?.to ?? 0
  }

  /** Whether all was well, within a span, for so long without interruption. */
  wasWellFor(ms: number, { from, to }: Span): boolean {
    const bad = this.#badSpans.filter((span) => span.to > from && span.from < to)
    const starts = [from, ...bad.map((span) => span.to)]
    return starts.some((start) => start + ms <= to && !bad.some((span) => span.to > start && span.from < start + ms))
  }
}
