/** One line that tells what is being done, on a terminal only; it leaves no trace. */
export interface Progress {
  show(text: string): void
  showBar(done: number, total: number, what: string): void
  /** Takes the line away, for good. */
  end(): void
}

/** What is needed of stdout or stderr. */
export interface Terminal {
  readonly isTTY: boolean
  readonly columns: number
  write(text: string): unknown
}

const silent: Progress = { show: () => {}, showBar: () => {}, end: () => {} }

const barWidth = 24
const eraseRest = '\u001b[K'

export function createProgress(terminal: Terminal, env: NodeJS.ProcessEnv): Progress {
  if (!terminal.isTTY || env['TERM'] === 'dumb') return silent
  let isEnded = false
  const show = (text: string) => {
    // A terminal without a size says 0 columns.
    const width = terminal.columns || 80
    if (!isEnded) terminal.write(`\r${text.slice(0, width - 1)}${eraseRest}`)
  }
  return {
    show,
    showBar: (done, total, what) => show(`${bar(done / total)} ${done}/${total}  ${what}`),
    end: () => {
      show('')
      isEnded = true
    },
  }
}

function bar(share: number): string {
  const filled = Math.round(barWidth * share)
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled)
}
