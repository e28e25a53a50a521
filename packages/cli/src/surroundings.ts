import type { ColourStream } from './terminal/index.ts'

/** What a command sees of the world; tests give it another. */
export interface Surroundings {
  readonly stdin: Input
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface Input extends AsyncIterable<unknown> {
  readonly isTTY?: boolean | undefined
}

export interface OutputStream extends ColourStream {
  readonly columns?: number | undefined
  write(text: string): unknown
}
