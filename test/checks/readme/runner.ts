import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ReadmeProgram, ReadmeRequest } from './programs.ts'
import { runProgram, runTool, userEnvironment } from '../run-program.ts'

/** What stands in for the authorization server of the examples. */
export interface ExampleIssuer {
  readonly url: string
  /** An access token for `https://api.example`. */
  mint(scope: string): Promise<string>
}

interface NamedProgram extends ReadmeProgram {
  /** The README's path with dashes, and the program's line: `packages-express-README-12`. */
  readonly name: string
  readonly port: number
}

export function nameProgram(readme: string, program: ReadmeProgram, port: number): NamedProgram {
  return { ...program, name: `${readme.replace(/\.md$/, '').replaceAll('/', '-')}-${program.line}`, port }
}

const compilerOptions = {
  strict: true,
  module: 'nodenext',
  target: 'es2023',
  types: ['node'],
  moduleDetection: 'force',
  allowJs: true,
  checkJs: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: true,
  rootDir: 'programs',
  outDir: 'run',
}

/** Type-checks and compiles all programs at once; returns what TypeScript finds wrong, by README and line. */
export async function compilePrograms(
  project: string,
  programs: readonly NamedProgram[],
  issuer: ExampleIssuer,
): Promise<string> {
  mkdirSync(join(project, 'programs'), { recursive: true })
  for (const { name, language, text, port } of programs) {
    const realText = text.replaceAll('https://as.example', issuer.url).replaceAll(/\b3000\b/g, String(port))
    writeFileSync(join(project, 'programs', `${name}.${language}`), realText)
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['programs'] }))
  const { exitCode, output } = await runTool('tsc', ['-p', project], { cwd: project })
  return exitCode === 0 ? '' : output
}

/** Runs a compiled program; returns what was not as the README says, nothing when all was. */
export async function runCompiled(
  project: string,
  program: NamedProgram,
  issuer: ExampleIssuer,
  timeoutMs: number,
): Promise<string[]> {
  const file = join('run', `${program.name}.${program.language.replace('ts', 'js')}`)
  if (program.requests.length === 0) {
    const { exitCode, output } = await runProgram(process.execPath, [file], { cwd: project, timeoutMs })
    return exitCode === 0 ? [] : [`${output} (a server needs a comment "requests", see test/checks/readme/programs.ts)`]
  }
  const child = spawn(process.execPath, [file], {
    cwd: project,
    env: userEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  const exited = once(child, 'exit')
  try {
    const origin = `http://127.0.0.1:${program.port}`
    const isListening = await Promise.race([waitForServer(origin, timeoutMs), exited.then(() => false)])
    if (!isListening) return [`does not listen on port 3000: ${Buffer.concat(output).toString()}`]
    const findings: string[] = []
    for (const request of program.requests) {
      const status = await send(origin, request, issuer)
      if (status !== request.status)
        findings.push(`${request.method} ${request.path} is answered ${status}, not ${request.status}`)
    }
    return findings.length === 0 ? [] : [...findings, String(Buffer.concat(output))]
  } finally {
    child.kill('SIGKILL')
    await exited
  }
}

async function waitForServer(origin: string, timeoutMs: number): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await delay(20)) {
    const isUp = await fetch(origin, { method: 'HEAD' }).then(
      () => true,
      () => false,
    )
    if (isUp) return true
  }
  return false
}

async function send(origin: string, { method, path, scope }: ReadmeRequest, issuer: ExampleIssuer): Promise<number> {
  const headers = scope === undefined ? {} : { authorization: `Bearer ${await issuer.mint(scope)}` }
  const response = await fetch(origin + path, { method, headers, signal: AbortSignal.timeout(5_000) })
  await response.arrayBuffer()
  return response.status
}

/** Ports below those that systems give out by themselves, so that nobody else gets one before the program listens. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let port = 10_000 + Math.floor(Math.random() * 15_000); ports.length < count; port++) {
    const server = createServer()
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(port, () => resolve(true))
    })
    if (isFree) ports.push(port)
    server.close()
  }
  return ports
}
