import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import {
  chmod,
  type FileHandle,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { compactDecrypt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IssuerConfigurationError } from '../../configuration-error.ts'
import { KeyStorageError } from '../key-storage.ts'
import { createFileKeyStorage, fileKeyStorage } from './file-key-storage.ts'
import { type FileSystem, operatingSystem } from './file-system.ts'

const secret = randomBytes(32)
let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sallyport-keys-'))
  path = join(directory, 'keys.jwe')
})
afterEach(() => rm(directory, { recursive: true }))

/** The operating system, but for some of its functions. */
function systemWith(changes: Partial<FileSystem>): FileSystem {
  return { ...operatingSystem, ...changes }
}

async function code(refused: Promise<unknown>): Promise<unknown> {
  const error: unknown = await refused.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(KeyStorageError)
  expect(inspect(error, { depth: 5 })).not.toContain(secret.toString('base64url'))
  return (error as KeyStorageError).code
}

function systemError(name: string): Error {
  return Object.assign(new Error(name), { code: name })
}

describe('a key file', () => {
  it('gives back what was saved, and says when it is unchanged', async () => {
    const storage = fileKeyStorage({ path, secret })
    expect(await storage.load()).toBeUndefined()
    const first = await storage.save('one', undefined)
    expect(await storage.load()).toEqual({ content: 'one', revision: first })
    expect(await storage.load(first)).toBe('unchanged')
    const other = fileKeyStorage({ path, secret: secret.toString('base64url') })
    expect(await other.load(first)).toBe('unchanged')
    const second = await other.save('two', first)
    expect(await storage.load(first)).toEqual({ content: 'two', revision: second })
  })

  it('ISSUER-1: is a JWE that its owner alone can read', async () => {
    const before = process.umask(0)
    try {
      await fileKeyStorage({ path, secret }).save('{"d":"private"}', undefined)
    } finally {
      process.umask(before)
    }
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const text = await readFile(path, 'utf8')
    expect(text).not.toContain('private')
    const { plaintext, protectedHeader } = await compactDecrypt(text.trim(), secret)
    expect(new TextDecoder().decode(plaintext)).toBe('{"d":"private"}')
    expect(protectedHeader).toMatchObject({ alg: 'dir', enc: 'A256GCM' })
  })

  it('ISSUER-1: is written beside, flushed and renamed, and its directory is flushed', async () => {
    const steps: string[] = []
    const system = systemWith({
      open: async (...args: Parameters<FileSystem['open']>) => {
        const file = await operatingSystem.open(...args)
        const name = String(args[0])
        const { sync, writeFile: write } = file
        const kind = name.includes('.lock')
          ? 'other'
          : name.endsWith('.tmp')
            ? 'temporary'
            : name === directory
              ? 'directory'
              : 'other'
        file.sync = () => {
          steps.push(`flush ${kind}`)
          return sync.call(file)
        }
        file.writeFile = (data) => {
          steps.push(`write ${kind}`)
          return write.call(file, data)
        }
        return file
      },
      renameSync: (from, to) => {
        steps.push(`rename to ${String(to) === path ? 'path' : 'other'}`)
        operatingSystem.renameSync(from, to)
      },
    })
    await createFileKeyStorage({ path, secret }, system).save('one', undefined)
    expect(steps.filter((step) => !step.endsWith('other'))).toEqual([
      'write temporary',
      'flush temporary',
      'rename to path',
      'flush directory',
    ])
    expect(await readdir(directory)).toEqual(['keys.jwe'])
  })

  it('is not saved over what another process has saved', async () => {
    const [one, other] = [fileKeyStorage({ path, secret }), fileKeyStorage({ path, secret })]
    const revision = await one.save('one', undefined)
    expect(await code(other.save('other', undefined))).toBe('storage_conflict')
    await other.save('other', revision)
    expect(await code(one.save('again', revision))).toBe('storage_conflict')
    expect(await one.load()).toMatchObject({ content: 'other' })
    expect(await readdir(directory)).toEqual(['keys.jwe'])
  })

  it('is saved by exactly one of many who replace the same revision at once', async () => {
    const storages = Array.from({ length: 10 }, () => fileKeyStorage({ path, secret }))
    const results = await Promise.allSettled(storages.map((storage, index) => storage.save(`${index}`, undefined)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'storage_conflict' })
    }
  })
})

describe('a disk that is full', () => {
  it('can have a file system without links', async () => {
    const storage = createFileKeyStorage(
      { path, secret },
      systemWith({ link: () => Promise.reject(systemError('ENOTSUP')) }),
    )
    const revision = await storage.save('one', undefined)
    expect(await code(storage.save('two', undefined))).toBe('storage_conflict')
    await storage.save('two', revision)
    expect(await readdir(directory)).toEqual(['keys.jwe'])
  })

  it.each(['open', 'write', 'flush'])('does not lose what was there, when the %s fails', async (step) => {
    const revision = await fileKeyStorage({ path, secret }).save('current key', undefined)
    const full = () => Promise.reject(systemError('ENOSPC'))
    const system = systemWith({
      open: async (...args: Parameters<FileSystem['open']>) => {
        if (args[1] !== 'wx') return operatingSystem.open(...args)
        if (step === 'open') return full()
        const file = await operatingSystem.open(...args)
        return Object.assign(file, step === 'write' ? { writeFile: full } : { sync: full })
      },
    })
    const storage = createFileKeyStorage({ path, secret }, system)
    expect(await code(storage.save('next key', revision))).toBe('storage_unwritable')
    await expect(storage.save('next key', revision)).rejects.toThrow('ENOSPC')
    expect(await storage.load()).toEqual({ content: 'current key', revision })
    expect(await readdir(directory)).toEqual(['keys.jwe'])
  })
})

describe('a crash', () => {
  /** The system of a process that dies right before one of its calls, or right after it, and does nothing more. */
  function mortalSystem(diesAt: number, when: 'before' | 'after') {
    let calls = 0
    const call = <T>(act: () => T): T => {
      calls++
      if (calls > diesAt || (calls === diesAt && when === 'before')) throw new Error('dead')
      const result = act()
      if (calls === diesAt) throw new Error('dead')
      return result
    }
    const later = async <T>(act: () => Promise<T>): Promise<T> => {
      calls++
      if (calls > diesAt || (calls === diesAt && when === 'before')) throw new Error('dead')
      const result = await act()
      if (calls === diesAt) throw new Error('dead')
      return result
    }
    const isSync = (name: string) => name.endsWith('Sync')
    const names = Object.keys(operatingSystem).filter((name) => name !== 'userId') as (keyof FileSystem)[]
    const system = Object.fromEntries(
      names.map((name) => [
        name,
        (...args: unknown[]) => {
          const act = () => (operatingSystem[name] as (...given: unknown[]) => unknown)(...args)
          if (isSync(name)) return call(act)
          return later(async () => {
            const result = await act()
            return name === 'open' ? mortalFile(result as FileHandle) : result
          })
        },
      ]),
    )
    const files: (() => Promise<void>)[] = []
    const mortalFile = (file: FileHandle) => {
      const close = file.close.bind(file)
      files.push(() => close().catch(() => {}))
      for (const name of ['writeFile', 'sync', 'close', 'readFile', 'stat'] as const) {
        const own = file[name].bind(file) as (...args: unknown[]) => Promise<unknown>
        Object.assign(file, { [name]: (...args: unknown[]) => later(() => own(...args)) })
      }
      return file
    }
    /** The system closes the files of a dead process, in whatever state they are. */
    const bury = () => Promise.all(files.map((close) => close()))
    return { system: { ...operatingSystem, ...system } as FileSystem, reached: () => calls >= diesAt, bury }
  }

  it('ISSUER-1: at any step leaves the old file or the new one, and nothing in the way of the next save', async () => {
    const old = Date.now() / 1000 - 11
    let [kept, changed] = [0, 0]
    for (let step = 1; ; step++) {
      let wasReached = false
      for (const when of ['before', 'after'] as const) {
        await rm(path, { force: true })
        const revision = await fileKeyStorage({ path, secret }).save('old', undefined)
        const { system, reached, bury } = mortalSystem(step, when)
        await createFileKeyStorage({ path, secret }, system)
          .save('new', revision)
          .catch(() => {})
        await bury()
        wasReached ||= reached()
        const storage = fileKeyStorage({ path, secret })
        const after = await storage.load()
        if (after === undefined || after === 'unchanged') throw new Error(`step ${step} lost the file`)
        expect(['old', 'new']).toContain(after.content)
        if (after.content === 'old') kept++
        else changed++
        // This process lives on, unlike the one that has left the lock.
        await utimes(`${path}.lock`, old, old).catch(() => {})
        await storage.save('next', after.revision)
        expect(await storage.load()).toMatchObject({ content: 'next' })
      }
      if (!wasReached) break
      expect(step).toBeLessThan(60)
    }
    expect(kept).toBeGreaterThan(10)
    expect(changed).toBeGreaterThan(5)
  })
})

describe('a key file that is not as it should be', () => {
  it.each([0o640, 0o604, 0o660, 0o666, 0o644, 0o610])('ISSUER-1: is refused with mode %o', async (mode) => {
    const storage = fileKeyStorage({ path, secret })
    const revision = await storage.save('one', undefined)
    await chmod(path, mode)
    expect(await code(storage.load())).toBe('storage_exposed')
    expect(await code(storage.load(revision))).toBe('storage_exposed')
    await expect(storage.load()).rejects.toThrow(`${path} has mode 0${mode.toString(8)}`)
  })

  it('ISSUER-1: is refused in a directory where others could replace it', async () => {
    const storage = fileKeyStorage({ path, secret })
    await storage.save('one', undefined)
    await chmod(directory, 0o770)
    expect(await code(storage.load())).toBe('storage_exposed')
    expect(await code(storage.save('two', undefined))).toBe('storage_exposed')
    await chmod(directory, 0o1777)
    expect(await storage.load()).toMatchObject({ content: 'one' })
  })

  const foreign = async (stats: Promise<Stats>) => Object.assign(await stats, { uid: 12_345 })
  const belongings: Record<string, Partial<FileSystem>> = {
    file: {
      open: async (...args) => {
        const file = await operatingSystem.open(...args)
        const { stat: own } = file
        return Object.assign(file, { stat: () => foreign(own.call(file) as Promise<Stats>) })
      },
    },
    directory: { stat: ((name: string) => foreign(operatingSystem.stat(name))) as FileSystem['stat'] },
    link: { lstat: ((name: string) => foreign(operatingSystem.lstat(name))) as FileSystem['lstat'] },
  }
  it.each(Object.entries(belongings))(
    'ISSUER-1: is refused when the %s belongs to another user',
    async (_, changes) => {
      await fileKeyStorage({ path, secret }).save('one', undefined)
      const link = join(directory, 'link.jwe')
      await symlink(path, link)
      const storage = createFileKeyStorage({ path: link, secret }, systemWith(changes))
      expect(await code(storage.load())).toBe('storage_exposed')
      await expect(storage.load()).rejects.toThrow('of another user (12345)')
    },
  )

  it('is followed through our own link, and replaced where it is', async () => {
    const link = join(directory, 'link.jwe')
    await symlink(path, link)
    const revision = await fileKeyStorage({ path, secret }).save('one', undefined)
    const storage = fileKeyStorage({ path: link, secret })
    expect(await storage.load()).toMatchObject({ content: 'one' })
    await storage.save('two', revision)
    expect(await fileKeyStorage({ path, secret }).load()).toMatchObject({ content: 'two' })
    expect((await operatingSystem.lstat(link)).isSymbolicLink()).toBe(true)
  })

  it('is told from one that is encrypted with another secret', async () => {
    await fileKeyStorage({ path, secret }).save('one', undefined)
    expect(await code(fileKeyStorage({ path, secret: randomBytes(32) }).load())).toBe('storage_secret_wrong')
    const both = fileKeyStorage({ path, secret: [randomBytes(32), secret] })
    const loaded = await both.load()
    expect(loaded).toMatchObject({ content: 'one' })
  })

  it('is encrypted with the first of several secrets when it is saved', async () => {
    const newer = randomBytes(32)
    const revision = await fileKeyStorage({ path, secret }).save('one', undefined)
    await fileKeyStorage({ path, secret: [newer, secret] }).save('two', revision)
    expect(await fileKeyStorage({ path, secret: newer }).load()).toMatchObject({ content: 'two' })
    expect(await code(fileKeyStorage({ path, secret }).load())).toBe('storage_secret_wrong')
  })

  it('is refused when it is damaged, wherever that is', async () => {
    await fileKeyStorage({ path, secret }).save('one', undefined)
    const good = await readFile(path, 'utf8')
    const damages = [
      '',
      'x',
      good.slice(0, 40),
      good.slice(0, -5),
      good.replaceAll('.', ''),
      `${good.slice(0, -3)}${good.at(-3) === 'A' ? 'B' : 'A'}${good.slice(-2)}`,
      'a'.repeat(2_000_000),
      `eyJhbGciOiJkaXIifQ${good.slice(good.indexOf('.'))}`,
    ]
    for (const damaged of damages) {
      await writeFile(path, damaged)
      expect(await code(fileKeyStorage({ path, secret }).load()), damaged.slice(0, 50)).toBe('storage_corrupted')
    }
  })

  it('is refused when it is no file, or its directory is missing', async () => {
    expect(await code(fileKeyStorage({ path: directory, secret }).load())).toBe('storage_exposed')
    expect(await code(fileKeyStorage({ path: join(directory, 'no/keys.jwe'), secret }).load())).toBe(
      'storage_unreadable',
    )
  })

  it.each<[options: object, message: string]>([
    [{ path: '', secret }, 'path: got an empty string'],
    [{ path: 'a', secret: 'password' }, 'secret: got a string, takes 32 random bytes'],
    [{ path: 'a', secret: new Uint8Array(32) }, 'secret: got an object'],
    [{ path: 'a', secret: randomBytes(16) }, 'secret: got an object'],
    [{ path: 'a', secret: [] }, 'secret: got an empty array'],
    [{ path: 'a', secret: [secret, 'b'] }, 'secret[1]: got a string'],
    [{ path: 'a', secret, mode: 0o644 }, 'mode: got a number, takes nothing'],
  ])('%o are options that are refused by name', (options, message) => {
    expect(() => fileKeyStorage(options as never)).toThrow(IssuerConfigurationError)
    expect(() => fileKeyStorage(options as never)).toThrow(message)
  })
})

describe('what dead processes leave behind', () => {
  it('is a lock that is taken away when it is old', async () => {
    const storage = fileKeyStorage({ path, secret })
    await writeFile(`${path}.lock`, 'half writ', { mode: 0o600 })
    const old = Date.now() / 1000 - 11
    await utimes(`${path}.lock`, old, old)
    await storage.save('one', undefined)
    expect(await readdir(directory)).toEqual(['keys.jwe'])
  })

  it('is not a lock that a living process holds: it is waited for', async () => {
    const storage = fileKeyStorage({ path, secret })
    await writeFile(`${path}.lock`, JSON.stringify({ pid: process.ppid, machine: hostname() }), { mode: 0o600 })
    const saved = storage.save('one', undefined)
    const first = await Promise.race([saved, new Promise((resolve) => setTimeout(resolve, 100, 'waits'))])
    expect(first).toBe('waits')
    await rm(`${path}.lock`)
    await saved
  })

  it('cannot be taken away from under a living one without its noticing', async () => {
    let isStolen = false
    const system = systemWith({
      readFileSync: ((name: string, ...more: []) => {
        // Right before the lock is asked for the last time.
        if (name === `${path}.lock` && isStolen) return 'somebody else'
        if (name === path) isStolen = true
        return operatingSystem.readFileSync(name, ...more)
      }) as FileSystem['readFileSync'],
    })
    const storage = createFileKeyStorage({ path, secret }, system)
    expect(await code(storage.save('one', undefined))).toBe('storage_conflict')
    expect(await fileKeyStorage({ path, secret }).load()).toBeUndefined()
  })

  it('are temporary files, which the next save removes when they are old', async () => {
    const storage = fileKeyStorage({ path, secret })
    for (const name of ['keys.jwe.1.abc.tmp', 'keys.jwe.2.def.tmp', 'other.tmp']) {
      await writeFile(join(directory, name), 'x')
      const then = Date.now() / 1000 - (name.includes('2') ? 0 : 120)
      await utimes(join(directory, name), then, then)
    }
    await storage.save('one', undefined)
    expect((await readdir(directory)).toSorted()).toEqual(['keys.jwe', 'keys.jwe.2.def.tmp', 'other.tmp'])
  })
})
