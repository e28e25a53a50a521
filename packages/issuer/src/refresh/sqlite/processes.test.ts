import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRefreshTokens, RefreshTokenError, sqliteRefreshStore } from '../index.ts'
import { openDatabase } from './database.ts'

const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example' }
const web = { clientId: 'web' }

/** The program, compiled from the sources to where it finds the packages that they import. */
let compiled: string
let directory: string
const children = new Set<ChildProcess>()
const killAll = () => children.forEach((child) => child.kill('SIGKILL'))

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-'))
  compiled = mkdtempSync(fileURLToPath(new URL('../../../node_modules/.processes-', import.meta.url)))
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: fileURLToPath(new URL('process.test.support.ts', import.meta.url)),
      outDir: compiled,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'program.mjs' } },
    },
  })
  process.on('exit', killAll)
})

afterAll(() => {
  killAll()
  process.off('exit', killAll)
  for (const made of [compiled, directory]) rmSync(made, { recursive: true, force: true })
})

function start(args: readonly string[], limit?: string): ChildProcess {
  const command = [process.execPath, '--no-warnings', join(compiled, 'program.mjs'), ...args]
  const [file = '', ...rest] = limit === undefined ? command : ['sh', '-c', `${limit}; exec "$@"`, 'sh', ...command]
  const child = spawn(file, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

async function makeFile() {
  const path = join(directory, `${randomUUID()}.db`)
  const store = sqliteRefreshStore({ path })
  const { refreshToken } = await createRefreshTokens({ store }).issue(request)
  await store.close?.()
  return { path, refreshToken }
}

/** Lets a process rotate a token until it dies; returns the last token that it told of. */
async function rotateUntilDeath(path: string, token: string, killAt: number, killAfterMs?: number): Promise<string> {
  const child = start(['rotate', path, token, String(killAt)])
  const told = [token]
  const lines = createInterface(child.stdout!)
  lines.on('line', (line) => told.push(line))
  const closed = once(lines, 'close')
  const ended = once(child, 'exit')
  if (killAfterMs !== undefined) {
    await once(lines, 'line')
    await delay(killAfterMs)
    child.kill('SIGKILL')
  }
  expect(await ended).toEqual([null, 'SIGKILL'])
  await closed
  return told.at(-1)!
}

/** The family is whole: the last token works, or it was spent and gives its successor again. There is no second branch. */
async function expectWhole(path: string, last: string): Promise<void> {
  const database = openDatabase(path)
  expect(database.get('PRAGMA integrity_check', [])).toMatchObject({ integrity_check: 'ok' })
  database.close()
  const store = sqliteRefreshStore({ path })
  const refreshTokens = createRefreshTokens({ store, graceSeconds: 60 })
  const { refreshToken: successor } = await refreshTokens.use(last, web)
  expect((await refreshTokens.use(last, web)).refreshToken).toBe(successor)
  await refreshTokens.use(successor, web)
  await expect(refreshTokens.use(last, web)).rejects.toMatchObject({ code: 'refresh_token_reused' })
  await expect(refreshTokens.use(successor, web)).rejects.toMatchObject({ code: 'refresh_token_revoked' })
  await store.close?.()
}

describe.concurrent('a process that is killed', () => {
  // Each use finds the family and rotates it: four steps, of which the kill hits each in two rotations.
  it.each(Array.from({ length: 8 }, (_, index) => index + 1))(
    'ISSUER-3: at step %i leaves a whole family',
    async (step) => {
      const { path, refreshToken } = await makeFile()
      await expectWhole(path, await rotateUntilDeath(path, refreshToken, step))
    },
  )

  it.each(Array.from({ length: 6 }, (_, index) => index))(
    'ISSUER-3: in the midst of writing leaves a whole family, try %i',
    async (index) => {
      const { path, refreshToken } = await makeFile()
      await expectWhole(path, await rotateUntilDeath(path, refreshToken, 0, index * 3.7))
    },
  )

  it.each([1, 2, 3, 4])('ISSUER-3: at step %i leaves one good token at most when the grace is over', async (step) => {
    const { path, refreshToken } = await makeFile()
    const last = await rotateUntilDeath(path, refreshToken, 4 + step)
    const store = sqliteRefreshStore({ path })
    const refreshTokens = createRefreshTokens({ store, graceSeconds: 0 })
    const code = await refreshTokens.use(last, web).then(
      () => undefined,
      (error: unknown) => (error as RefreshTokenError).code,
    )
    // After the rotation was written and before the client heard of it, the client's token is spent.
    expect(code).toBe(step === 4 ? 'refresh_token_reused' : undefined)
    await expect(refreshTokens.use(last, web)).rejects.toThrow(RefreshTokenError)
    await store.close?.()
  })
})

describe('several processes', () => {
  it('STORE-1, ISSUER-3: that use the same token at once get the same successor', async () => {
    const { path, refreshToken } = await makeFile()
    const processes = Array.from({ length: 4 }, () => start(['answer', path]))
    const lines = processes.map((child) => createInterface(child.stdout!)[Symbol.asyncIterator]())
    const answers = () => Promise.all(lines.map(async (line) => (await line.next()).value as string))
    expect(await answers()).toEqual(['ready', 'ready', 'ready', 'ready'])
    let token = refreshToken
    for (let round = 0; round < 15; round++) {
      for (const child of processes) child.stdin!.write(`${token}\n`)
      const [first, ...others] = await answers()
      expect(first).toMatch(/^[\w-]{64}$/)
      expect(first).not.toBe(token)
      expect(others).toEqual([first, first, first])
      token = first!
    }
    for (const child of processes) child.kill('SIGKILL')
    await expectWhole(path, token)
  })
})

describe('a runtime without SQLite', () => {
  it('is told what is missing', async () => {
    const program = join(directory, 'program.mjs')
    copyFileSync(join(compiled, 'program.mjs'), program)
    // Where Node.js has it, it is taken away; the package is not to be found from that directory.
    const flags = process.getBuiltinModule('node:sqlite' as 'node:fs') === undefined ? [] : ['--no-experimental-sqlite']
    const args = [...flags, program, 'fill', join(directory, 'none.db')]
    const outcome = promisify(execFile)(process.execPath, args, { env: {} })
    await expect(outcome).rejects.toThrow(/without node:sqlite, and no package libsql, takes .*npm install libsql/)
  })
})

describe('a process that may write no more', () => {
  it('gets a fault, and leaves the tokens of before good', async () => {
    const { path, refreshToken } = await makeFile()
    const child = start(['fill', path], 'ulimit -f 400')
    const [line] = (await once(createInterface(child.stdout!), 'line')) as [string]
    expect(line).toBe('store_unavailable')
    await once(child, 'exit')
    await expectWhole(path, refreshToken)
  })
})
