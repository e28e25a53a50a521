import type { CommandFailure } from './failure.ts'
import type { Outcome } from './outcome.ts'
import type { OutputStream, Surroundings } from './surroundings.ts'
import { guarded, paintFor, printable, printableJson, renderPage, type Screen } from './terminal/index.ts'

/** Writes what commands have to say, to people or to programs. */
export interface Printer {
  readonly out: Screen
  readonly error: Screen
  write(text: string): void
  writeError(text: string): void
  outcome(command: string, outcome: Outcome, format: Format): void
  failure(command: string, failure: CommandFailure, format: Format): void
}

export type Format = 'text' | 'json'

/** Lines are never longer than is comfortable to read, and never shorter than what a row needs. */
const widths = { least: 48, most: 100, unknown: 80 } as const

export function createPrinter({ stdout, stderr, env }: Surroundings): Printer {
  const out = screenFor(stdout, env)
  const error = screenFor(stderr, env)
  const write = (text: string) => void stdout.write(guarded(text))
  const writeError = (text: string) => void stderr.write(guarded(text))
  return {
    out,
    error,
    write,
    writeError,
    outcome: (command, { report, page, bare, verdict, hints = [] }, format) => {
      for (const hint of hints) writeError(`${error.paint('quiet', printable(hint))}\n`)
      if (format === 'json') return write(`${printableJson({ command, ok: verdict === 'good', ...report })}\n`)
      return write(bare === undefined ? renderPage(page, out) : `${bare}\n`)
    },
    failure: (command, { kind, message, advice }, format) => {
      const marks = [{ verdict: 'bad', text: message, advice }] as const
      writeError(renderPage([{ kind: 'marks', marks }], error))
      if (format === 'json') write(`${printableJson({ command, ok: false, error: { kind, message, advice } })}\n`)
    },
  }
}

function screenFor(stream: OutputStream, env: Surroundings['env']): Screen {
  const columns = stream.isTTY === true && stream.columns ? stream.columns : widths.unknown
  return { width: Math.min(widths.most, Math.max(widths.least, columns)), paint: paintFor(stream, env) }
}
