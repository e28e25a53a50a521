import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startTestIssuer } from '@sallyport/testing'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'

// The built program as a process of its own.

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const running = new Set<ChildProcess>()
const killAll = () => running.forEach((child) => child.kill('SIGKILL'))
process.on('exit', killAll)
afterEach(killAll)

async function sallyport(args: readonly string[], { input = '', env = {} } = {}) {
  const { PATH } = process.env
  const child = spawn(process.execPath, [program, ...args], { env: { PATH, ...env }, stdio: 'pipe' })
  running.add(child)
  child.stdin.on('error', () => {}).end(input)
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (written[name] += text))
  }
  const [exitCode] = (await once(child, 'close')) as [number | null]
  running.delete(child)
  return { exitCode, ...written }
}

describe('the program', { timeout: 30_000 }, () => {
  it('says its version', async () => {
    expect(await sallyport(['--version'])).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    })
  })

  it('reads a token from standard input, without colours in a pipe', async () => {
    const { exitCode, stdout, stderr } = await sallyport(['inspect'], { input: 'Bearer opaque\n' })
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(stdout).toContain('It is no JWT')
    expect(stdout).not.toContain('\u001b')
    expect((await sallyport(['inspect'], { input: 'x', env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[31m')
  })

  it('ends with 2 for a command that it does not know, with a suggestion and without a stack trace', async () => {
    const { exitCode, stdout, stderr } = await sallyport(['verfy'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('Did you mean verify?')
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('waits for the keys, and ends by itself when it has said what there is to say', async () => {
    const as = await startTestIssuer()
    onTestFinished(() => as.close())
    const verify = ['verify', '--issuer', as.issuer, '--audience', as.audience]
    expect((await sallyport(verify, { input: await as.mint() })).exitCode).toBe(0)
    expect((await sallyport(verify, { input: await as.mint({ wrong: 'expired' }) })).exitCode).toBe(1)
    as.respondWith('down')
    const { exitCode, stdout } = await sallyport(verify, { input: await as.mint() })
    expect(exitCode).toBe(3)
    expect(stdout).toContain('Not decided')
  })

  it('goes quietly where nobody reads on', async () => {
    const child = spawn(process.execPath, [program, 'inspect'], { stdio: ['pipe', 'pipe', 'pipe'] })
    running.add(child)
    child.stdout.destroy()
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin.end('opaque')
    await once(child, 'close')
    running.delete(child)
    expect(stderr).toBe('')
  })
})
