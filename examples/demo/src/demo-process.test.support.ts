import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** The built demo as a process of its own, without this one's environment and streams. */
export interface DemoProcess {
  readonly stdout: string
  readonly stderr: string
  interrupt(): void
  /** Resolves when stdout has what is looked for; rejects when the process ends before. */
  waitFor(text: RegExp): Promise<void>
  /** Resolves with the exit code, or the name of the signal that ended it. */
  end(): Promise<number | NodeJS.Signals>
}

const running = new Set<ChildProcess>()
process.on('exit', killDemos)

/** Ends what a test left behind. */
export function killDemos(): void {
  for (const child of running) child.kill('SIGKILL')
}

export function startDemo(...args: readonly string[]): DemoProcess {
  const env = { PATH: process.env['PATH'] }
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals)[]) => {
    running.delete(child)
    return code ?? signal!
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text))
  }
  return {
    get stdout() {
      return output.stdout
    },
    get stderr() {
      return output.stderr
    },
    interrupt: () => child.kill('SIGINT'),
    end: () => ended,
    waitFor: async (text) => {
      const lost = ended.then((code) => Promise.reject(new Error(`It ended with ${code}: ${output.stderr}`)))
      while (!text.test(output.stdout)) await Promise.race([once(child.stdout, 'data'), lost])
    },
  }
}
