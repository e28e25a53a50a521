/** Says on standard error what is being measured. */
export interface Progress {
  /**
   * @param what is going on, said once
   * @param step how far it is, for terminals, where one line is written over and over
   */
  readonly show: (what: string, step: string) => void
  /** Takes the line away. */
  readonly clear: () => void
}

/**
 * @param output with `json` nothing is said where no terminal would show it
 */
export function createProgress(stream: NodeJS.WriteStream, output: 'table' | 'json'): Progress {
  return stream.isTTY ? onTerminal(stream) : output === 'json' ? { show: () => {}, clear: () => {} } : plain(stream)
}

function onTerminal(stream: NodeJS.WriteStream): Progress {
  const clear = () => void stream.write('\r\u001B[2K')
  return {
    show: (what, step) => {
      clear()
      stream.write(`${what}: ${step}`.slice(0, Math.max(stream.columns - 1, 20)))
    },
    clear,
  }
}

function plain(stream: NodeJS.WriteStream): Progress {
  let last: string | undefined
  return {
    show: (what) => {
      if (what !== last) stream.write(`... ${what}\n`)
      last = what
    },
    clear: () => {},
  }
}
