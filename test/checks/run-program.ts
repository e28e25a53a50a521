import { execFile, type ExecFileException } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot } from './repository.ts'

interface Outcome {
  readonly exitCode: number
  readonly output: string
}

interface Options {
  readonly cwd?: string
  readonly timeoutMs?: number
}

/** Runs a program to its end and never throws: what it printed and how it exited is the caller's to judge. */
export function runProgram(file: string, args: readonly string[], options: Options = {}): Promise<Outcome> {
  const { cwd = repositoryRoot, timeoutMs = 60_000 } = options
  return new Promise((resolve) => {
    const env = userEnvironment()
    const settings = { cwd, env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 } as const
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      const texts = [stdout.trim(), stderr.trim(), describeFault(error)]
      resolve({ exitCode: child.exitCode ?? -1, output: texts.filter((text) => text !== '').join('\n') })
    })
    child.stdin?.end()
  })

  function describeFault(error: ExecFileException | null): string {
    if (error?.killed === true) return `${file} did not end within ${timeoutMs} ms`
    return typeof error?.code === 'string' ? `${file}: ${error.code}` : ''
  }
}

/** The environment without what the test runner puts there: with `NODE_PATH`, packages are found that nobody installed. */
export function userEnvironment(): NodeJS.ProcessEnv {
  const isOfRunner = (name: string) => /^(NODE_PATH|NODE_ENV|NODE_OPTIONS|VITEST.*|VITE_.*)$/.test(name)
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOfRunner(name)))
}

/** Runs a tool that the repository installs, from `node_modules` and never from the network. */
export function runTool(name: string, args: readonly string[], options?: Options): Promise<Outcome> {
  return runProgram(join(repositoryRoot, 'node_modules', '.bin', name), args, options)
}

/** For programs whose failure is no finding but a fault of the check. */
export async function succeed(outcome: Promise<Outcome>): Promise<string> {
  const { exitCode, output } = await outcome
  if (exitCode !== 0) throw new Error(output)
  return output
}
