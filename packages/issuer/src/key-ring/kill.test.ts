import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleIssuer } from './bundle.test.support.ts'
import { createKeyRing, fileKeyStorage } from './index.ts'

/** A millisecond of the machine is so many seconds for the processes. */
const secondsPerMs = 0.6
const policy = {
  rotateEverySeconds: 100,
  publishAheadSeconds: 30,
  longestTokenLifetimeSeconds: 60,
  clockToleranceSeconds: 0,
}
const kills = 24
const start = Date.now()

const directory = mkdtempSync(join(tmpdir(), 'sallyport-kill-'))
const path = join(directory, 'keys.jwe')
const secret = randomBytes(32).toString('base64url')
let bundle: Awaited<ReturnType<typeof bundleIssuer>>
const children = new Set<ChildProcess>()
const killAll = () => {
  for (const child of children) child.kill('SIGKILL')
}
process.on('exit', killAll)

beforeAll(async () => {
  bundle = await bundleIssuer()
})
afterAll(() => {
  killAll()
  process.off('exit', killAll)
  bundle.remove()
  rmSync(directory, { recursive: true, force: true })
})

/** Issues tokens as quickly as it can, by a clock that is quicker than the machine's, and says with which keys. */
const program = () => `
  const real = Date.now
  Date.now = () => Math.floor(${start} + (real() - ${start}) * ${secondsPerMs * 1000})
  const { createIssuer, createKeyRing, fileKeyStorage } = await import(${JSON.stringify(bundle.url)})
  const storage = fileKeyStorage({ path: ${JSON.stringify(path)}, secret: ${JSON.stringify(secret)} })
  const keyRing = await createKeyRing({ storage, ...${JSON.stringify(policy)} })
  const issuer = await createIssuer({ issuer: 'https://as.example', keyRing, accessTokenLifetimeSeconds: 60 })
  const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example' }
  for (let count = 0; ; count++) {
    const at = Date.now() / 1000
    const token = await issuer.issueAccessToken(request)
    const { kid } = JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString())
    const published = issuer.jwks().keys.map((key) => key.kid)
    const { publishedAt } = keyRing.inspect().keys.find((key) => key.kid === kid) ?? {}
    const usedBy = Date.now() / 1000
    process.stdout.write(JSON.stringify({ at, usedBy, kid, published, publishedAt }) + '\\n')
    if (count % 7 === 6) await keyRing.rotateNow().catch((error) => {
      if (error.code !== 'next_not_ready') throw error
    })
    if (count % 31 === 30) {
      const [, next] = keyRing.inspect().keys
      process.stdout.write(JSON.stringify({ takesOver: next.kid }) + '\\n')
      await keyRing.rotateNow({ emergency: true })
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
`

interface Line {
  readonly at: number
  readonly usedBy: number
  readonly kid: string
  readonly published: readonly string[]
  readonly publishedAt: number
}

/** What a process says before an emergency. */
interface Notice {
  readonly takesOver: string
}

interface Life {
  readonly said: readonly (Line | Notice)[]
  readonly complaint: string
}

/** Lets a process live for a while, and kills it wherever it is. */
async function liveAndDie(forMs: number): Promise<Life> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program()], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  let [output, complaint] = ['', '']
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()))
  const closed = once(child, 'close')
  const hasBegun = new Promise<void>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString()
      resolve()
    })
  })
  await Promise.race([hasBegun, closed])
  await new Promise((resolve) => setTimeout(resolve, forMs))
  child.kill('SIGKILL')
  await closed
  children.delete(child)
  // The last line may be cut off.
  const lines = output.split('\n').slice(0, -1)
  return { said: lines.map((line) => JSON.parse(line) as Line | Notice), complaint }
}

describe('processes that share a key file, and are killed', () => {
  it('ISSUER-1, ISSUER-2: never lose a key, and never use one that was not stored and published before', async () => {
    const lives: Promise<Life>[] = []
    const twoAfterAnother = async (count: number) => {
      for (let index = 0; index < count; index++) {
        const life = liveAndDie(20 + Math.random() * 150)
        lives.push(life)
        await life
      }
    }
    await Promise.all([twoAfterAnother(kills / 2), twoAfterAnother(kills / 2)])
    const ended = await Promise.all(lives)
    expect(ended.map(({ complaint }) => complaint).filter((complaint) => complaint !== '')).toEqual([])
    const said = ended.flatMap((life) => life.said)
    const lines = said.filter((line) => 'kid' in line)
    const tookOver = new Set(said.flatMap((line) => ('takesOver' in line ? line.takesOver : [])))
    expect(lines.length).toBeGreaterThan(kills * 3)
    expect(new Set(lines.map(({ kid }) => kid)).size).toBeGreaterThan(5)
    const [first] = lines.toSorted((one, other) => one.at - other.at)
    for (const { usedBy, kid, published, publishedAt } of lines) {
      expect(published).toContain(kid)
      if (kid === first?.kid || tookOver.has(kid)) continue
      expect(usedBy - publishedAt, 'seconds after its publication').toBeGreaterThan(policy.publishAheadSeconds)
    }

    const storage = fileKeyStorage({ path, secret })
    const keyRing = await createKeyRing({ storage, ...policy })
    expect(keyRing.jwks().keys.map(({ kid }) => kid)).toContain((await keyRing.signer()).kid)
    await keyRing.rotateNow({ emergency: true })
    keyRing.close()
    expect((await readdir(directory)).filter((name) => name.endsWith('.lock'))).toEqual([])
  }, 30_000)
})

describe('a process for which the disk is full', () => {
  it('ISSUER-1: loses no key, signs on, and withdraws a key all the same', async () => {
    const full = join(directory, 'full.jwe')
    const storage = fileKeyStorage({ path: full, secret })
    const before = await createKeyRing({ storage })
    const [current, next] = before.inspect().keys.map(({ kid }) => kid)
    before.close()
    const limited = `
      const { createIssuer, createKeyRing, fileKeyStorage } = await import(${JSON.stringify(bundle.url)})
      const storage = fileKeyStorage({ path: ${JSON.stringify(full)}, secret: ${JSON.stringify(secret)} })
      const keyRing = await createKeyRing({ storage })
      const issuer = await createIssuer({ issuer: 'https://as.example', keyRing })
      const kidOf = async () => {
        const token = await issuer.issueAccessToken({ subject: 'u', clientId: 'c', audience: 'https://api.example' })
        return JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString()).kid
      }
      const first = await kidOf()
      const code = await keyRing.rotateNow({ emergency: true }).catch((error) => error.code)
      console.log(JSON.stringify([first, code, await kidOf()]))
    `
    // No file may grow any more: what the system does on a full disk, too.
    const shell = ['-c', 'ulimit -f 0; exec "$0" --input-type=module --eval "$1"', process.execPath, limited]
    const child = spawn('sh', shell, { stdio: ['ignore', 'pipe', 'inherit'] })
    children.add(child)
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    await once(child, 'close')
    children.delete(child)
    expect(JSON.parse(output)).toEqual([current, 'storage_unwritable', next])
    const after = await createKeyRing({ storage })
    expect(after.inspect().keys.map(({ kid }) => kid)).toEqual([current, next])
    after.close()
    expect((await readdir(directory)).filter((name) => name.startsWith('full'))).toEqual(['full.jwe'])
  })
})
