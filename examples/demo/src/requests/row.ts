import { isDeepStrictEqual } from 'node:util'
import type { Answer } from './answer.ts'

/** What one app answered to one request. */
export interface Row {
  readonly app: string
  readonly group: string
  readonly case: string
  readonly expected: Answer
  readonly got: Answer
  /** The answers are the same in every part. */
  readonly ok: boolean
  /** From the first byte of the request to the last of the response. */
  readonly milliseconds: number
}

export function isAsExpected({ expected, got }: Pick<Row, 'expected' | 'got'>): boolean {
  return isDeepStrictEqual(got, expected)
}

/** 0 only if there are rows, and each is as expected. */
export function exitCodeFor(rows: readonly Row[]): 0 | 1 {
  return rows.length > 0 && rows.every(({ ok }) => ok) ? 0 : 1
}
