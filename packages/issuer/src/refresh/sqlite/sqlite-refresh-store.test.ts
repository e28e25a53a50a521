import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { IssuerConfigurationError, StoreUnavailableError } from '../../index.ts'
import { createRefreshTokens, sqliteRefreshStore } from '../index.ts'
import { openDatabase } from './database.ts'
import { ensurePrivateFile } from './private-file.ts'
import { prepareSchema } from './schema.ts'
import { storeOn } from './sqlite-refresh-store.ts'

const request = { subject: 'user-1', clientId: 'web', scope: ['read'], audience: 'https://api.example' }
const web = { clientId: 'web' }

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function open(path: string, options: { readonly busyTimeoutMs?: number } = {}) {
  const store = sqliteRefreshStore({ path, ...options })
  onTestFinished(() => store.close?.())
  return { store, refreshTokens: createRefreshTokens({ store }) }
}

describe('an SQLite file of refresh tokens', () => {
  it('survives a restart', async () => {
    const path = join(makeDirectory(), 'refresh.db')
    const before = open(path)
    const { refreshToken } = await before.refreshTokens.issue(request)
    const used = await before.refreshTokens.use(refreshToken, web)
    await before.store.close?.()
    const after = open(path)
    expect(await after.refreshTokens.use(refreshToken, web)).toEqual(used)
    await expect(after.refreshTokens.use(used.refreshToken, web)).resolves.toBeDefined()
  })

  it('is readable by its owner alone, with all files beside it, whatever the umask is', async () => {
    const before = process.umask(0)
    onTestFinished(() => void process.umask(before))
    const path = join(makeDirectory(), 'refresh.db')
    await open(path).refreshTokens.issue(request)
    for (const file of [path, `${path}-wal`, `${path}-shm`]) {
      expect([file, (statSync(file).mode & 0o777).toString(8)]).toEqual([file, '600'])
    }
  })

  it('writes each commit through to the disk, ahead of the file itself', () => {
    const database = openDatabase(join(makeDirectory(), 'refresh.db'))
    prepareSchema(database)
    onTestFinished(() => database.close())
    expect(database.get('PRAGMA journal_mode', [])).toMatchObject({ journal_mode: 'wal' })
    expect(database.get('PRAGMA synchronous', [])).toMatchObject({ synchronous: 2 })
    expect(database.get('PRAGMA secure_delete', [])).toMatchObject({ secure_delete: 1 })
  })

  it('ISSUER-3, LOG-1: has no token in it', async () => {
    const path = join(makeDirectory(), 'refresh.db')
    const { refreshTokens, store } = open(path)
    const { refreshToken } = await refreshTokens.issue(request)
    const { refreshToken: successor } = await refreshTokens.use(refreshToken, web)
    await store.close?.()
    const bytes = readFileSync(path)
    expect(bytes.includes('https://api.example')).toBe(true)
    for (const token of [refreshToken, successor]) {
      const raw = Buffer.from(token, 'base64url')
      for (const part of [token, raw, raw.subarray(0, 16), raw.subarray(16), raw.subarray(16).toString('hex')]) {
        expect(bytes.includes(part)).toBe(false)
      }
    }
  })
})

describe('a file that is refused', () => {
  const refusal = (path: string) => () => sqliteRefreshStore({ path })

  it.each([0o644, 0o660, 0o604])('has mode %o: others can read or write it', (mode) => {
    const path = join(makeDirectory(), 'refresh.db')
    writeFileSync(path, '')
    chmodSync(path, mode)
    expect(refusal(path)).toThrow(`with mode 0${mode.toString(8)}, takes a file that only its owner may read and write`)
  })

  it('lies where others can replace it', () => {
    const directory = makeDirectory()
    const path = join(directory, 'refresh.db')
    for (const mode of [0o777, 0o770, 0o702]) {
      chmodSync(directory, mode)
      expect(refusal(path)).toThrow(`with mode 0${mode.toString(8)}, takes a directory that only its owner`)
      expect(existsSync(path)).toBe(false)
    }
    for (const mode of [0o1777, 0o755]) {
      chmodSync(directory, mode)
      expect(ensurePrivateFile(path)).toBe(path)
    }
  })

  it('is of somebody else, or its directory is', () => {
    const directory = makeDirectory()
    const path = join(directory, 'refresh.db')
    writeFileSync(path, '', { mode: 0o600 })
    // Root may give files away; for everybody else it is they themselves who become another user.
    const self = process.geteuid?.()
    const isRoot = self === 0
    const somebody = isRoot ? 4711 : self
    const me = isRoot ? 1234 : 4711
    if (isRoot) chownSync(directory, 4711, 4711)
    expect(() => ensurePrivateFile(path, me)).toThrow(`of another user (${somebody}), takes a directory`)
    if (!isRoot) return
    chownSync(directory, me, me)
    chownSync(path, 4711, 4711)
    expect(() => ensurePrivateFile(path, me)).toThrow('of another user (4711), takes a file')
    chownSync(path, me, me)
    expect(ensurePrivateFile(path, me)).toBe(path)
  })

  it.each(['-wal', '-shm', '-journal'])('has a file %s beside it that others can read, or that is none', (suffix) => {
    const path = join(makeDirectory(), 'refresh.db')
    writeFileSync(`${path}${suffix}`, '', { mode: 0o600 })
    expect(ensurePrivateFile(path)).toBe(path)
    chmodSync(`${path}${suffix}`, 0o644)
    expect(refusal(path)).toThrow('with mode 0644, takes a file that only its owner may read and write')
    rmSync(`${path}${suffix}`)
    symlinkSync(join(makeDirectory(), 'elsewhere'), `${path}${suffix}`)
    expect(refusal(path)).toThrow('which is no file')
  })

  it('is looked at where a symbolic link leads, and the link too', async () => {
    const [directory, other] = [makeDirectory(), makeDirectory()]
    const [link, path] = [join(directory, 'link.db'), join(other, 'refresh.db')]
    symlinkSync(path, link)
    expect(refusal(link)).toThrow('link.db" (ENOENT)')
    writeFileSync(path, '', { mode: 0o600 })
    await open(link).refreshTokens.issue(request)
    expect(existsSync(`${path}-wal`)).toBe(true)
    for (const exposed of [directory, other]) {
      chmodSync(exposed, 0o777)
      expect(refusal(link)).toThrow('with mode 0777')
      chmodSync(exposed, 0o700)
    }
  })

  it('is no SQLite file, or one of another version', () => {
    const directory = makeDirectory()
    const text = join(directory, 'text')
    writeFileSync(text, 'x'.repeat(5000), { mode: 0o600 })
    expect(refusal(text)).toThrow('which is no SQLite file')
    expect(readFileSync(text, 'utf8')).toBe('x'.repeat(5000))
    const newer = join(directory, 'newer.db')
    writeFileSync(newer, '', { mode: 0o600 })
    const database = openDatabase(newer)
    database.exec('PRAGMA user_version = 7')
    database.close()
    expect(refusal(newer)).toThrow('path: got a file of version 7, takes one of version 1')
  })

  it('lies in no directory, or is one', () => {
    const directory = makeDirectory()
    mkdirSync(join(directory, 'refresh.db'))
    for (const path of [join(directory, 'none', 'refresh.db'), join(directory, 'refresh.db')]) {
      expect(refusal(path)).toThrow(IssuerConfigurationError)
    }
    for (const path of ['', undefined, 7]) expect(refusal(path as string)).toThrow('takes the path of a file')
  })

  it('is not what SQLite takes for memory or for an address', () => {
    const before = process.cwd()
    process.chdir(makeDirectory())
    onTestFinished(() => process.chdir(before))
    open(':memory:')
    expect(existsSync(':memory:')).toBe(true)
  })
})

describe('a fault', () => {
  it('STORE-4: a file that another process keeps locked is a fault after a while, in which this process goes on', async () => {
    const path = join(makeDirectory(), 'refresh.db')
    const { refreshTokens } = open(path, { busyTimeoutMs: 100 })
    const { refreshToken } = await refreshTokens.issue(request)
    const other = openDatabase(path)
    onTestFinished(() => other.close())
    other.exec('BEGIN IMMEDIATE')
    let turns = 0
    const counter = setInterval(() => turns++, 1)
    await expect(refreshTokens.use(refreshToken, web)).rejects.toThrow(StoreUnavailableError)
    clearInterval(counter)
    expect(turns).toBeGreaterThan(0)
  })

  it('STORE-4: a file that another process keeps locked is waited for', async () => {
    const path = join(makeDirectory(), 'refresh.db')
    const { store } = open(path, { busyTimeoutMs: 10_000 })
    const refreshTokens = createRefreshTokens({ store, storeTimeoutMs: 15_000 })
    const { refreshToken } = await refreshTokens.issue(request)
    const other = openDatabase(path)
    onTestFinished(() => other.close())
    other.exec('BEGIN IMMEDIATE')
    setTimeout(() => other.exec('ROLLBACK'), 20)
    await expect(refreshTokens.use(refreshToken, web)).resolves.toBeDefined()
  })

  it('a full disk is a fault, and loses nothing: tokens of before are good when there is room again', async () => {
    const path = join(makeDirectory(), 'refresh.db')
    writeFileSync(path, '', { mode: 0o600 })
    const database = openDatabase(path)
    prepareSchema(database)
    const store = storeOn(database, 50)
    onTestFinished(() => store.close?.())
    const refreshTokens = createRefreshTokens({ store })
    const kept = await refreshTokens.issue(request)
    database.exec('PRAGMA max_page_count = 12')
    const claims = { text: 'x'.repeat(8000) }
    const fill = async () => {
      for (let index = 0; index < 20; index++) await refreshTokens.issue({ ...request, claims })
    }
    await expect(fill()).rejects.toMatchObject({ name: 'StoreUnavailableError', code: 'store_unavailable' })
    database.exec('PRAGMA max_page_count = 100000')
    const { refreshToken } = await refreshTokens.use(kept.refreshToken, web)
    await expect(refreshTokens.use(refreshToken, web)).resolves.toBeDefined()
    await expect(fill()).resolves.toBeUndefined()
    expect(database.get('PRAGMA integrity_check', [])).toMatchObject({ integrity_check: 'ok' })
  })

  it('a store that was closed is a fault, and closing it twice is none', async () => {
    const { refreshTokens, store } = open(join(makeDirectory(), 'refresh.db'))
    await store.close?.()
    await store.close?.()
    await expect(refreshTokens.issue(request)).rejects.toThrow('The store is closed')
  })
})
