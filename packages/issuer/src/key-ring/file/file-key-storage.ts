import { createHash, randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { checkNames, checkText } from '../../checks.ts'
import { type KeyStorage, KeyStorageError, type StoredKeyRing } from '../key-storage.ts'
import { lockFile } from './file-lock.ts'
import { type FileSystem, operatingSystem, systemCode } from './file-system.ts'
import { locatePrivateFile, requirePrivateFile, unreadable } from './private-file.ts'
import { corrupted, createSeal, type KeyFileSecret, type Seal } from './sealed-keys.ts'

/** Options of {@link fileKeyStorage}. */
export interface FileKeyStorageOptions {
  /** Path of the file. Its directory must be there, and writable by its owner alone. */
  readonly path: string
  /**
   * 32 random bytes, as they are or as base64url, from a secret store: whoever has them and the file can issue tokens.
   * Several to change it: the first encrypts, all decrypt.
   */
  readonly secret: KeyFileSecret | readonly KeyFileSecret[]
}

/**
 * Keeps a key ring in an encrypted file (a JWE with `dir` and A256GCM), readable by its owner alone.
 *
 * It is replaced as a whole: written beside, flushed, and renamed, so that neither a crash nor a full disk loses what
 * was there. Several processes may share the file; a lock file beside it (`.lock`) and the revision keep them apart.
 *
 * @throws IssuerConfigurationError
 * @example
 * ```ts
 * const storage = fileKeyStorage({ path: '/var/lib/as/keys.jwe', secret: process.env['KEY_FILE_SECRET'] ?? '' })
 * ```
 */
export function fileKeyStorage(options: FileKeyStorageOptions): KeyStorage {
  return createFileKeyStorage(options, operatingSystem)
}

export function createFileKeyStorage(options: FileKeyStorageOptions, system: FileSystem): KeyStorage {
  const given = checkNames(options, ['path', 'secret'], 'options')
  const path = checkText(given['path'], 'path', 'the path of a file')
  return new FileKeyStorage(path, createSeal(given['secret']), system)
}

/** No key ring is so large. */
const maxFileBytes = 1_048_576

/** Left behind by a process that died while it wrote. */
const abandonedMs = 60_000

class FileKeyStorage implements KeyStorage {
  #path: string
  #seal: Seal
  #system: FileSystem
  /** What the file looked like from outside when it was read last: spares reading it again. */
  #seen: { readonly look: string; readonly revision: string } | undefined

  constructor(path: string, seal: Seal, system: FileSystem) {
    this.#path = path
    this.#seal = seal
    this.#system = system
  }

  async load(known?: string): Promise<StoredKeyRing | 'unchanged' | undefined> {
    const target = await locatePrivateFile(this.#path, this.#system)
    const read = await this.#read(target, known)
    if (read === undefined || read === 'unchanged') return read
    const revision = revisionOf(read.bytes)
    const content = await this.#seal.open(read.bytes.toString('latin1').trimEnd(), this.#path)
    this.#seen = { look: read.look, revision }
    return revision === known ? 'unchanged' : { content, revision }
  }

  async save(content: string, replaces: string | undefined): Promise<string> {
    const target = await locatePrivateFile(this.#path, this.#system)
    const bytes = Buffer.from(`${await this.#seal.seal(content)}\n`, 'latin1')
    const temporary = `${target}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
    try {
      await this.#write(temporary, bytes)
      await this.#swap(temporary, target, replaces)
    } catch (error) {
      await this.#system.unlink(temporary).catch(() => {})
      if (error instanceof KeyStorageError) throw error
      const code = systemCode(error) ?? 'unknown'
      throw new KeyStorageError('storage_unwritable', `${this.#path} cannot be written: ${code}`, { cause: error })
    }
    await this.#removeAbandoned(target)
    return revisionOf(bytes)
  }

  async #read(target: string, known: string | undefined) {
    let file
    try {
      file = await this.#system.open(target, 'r')
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw unreadable(this.#path, error)
    }
    try {
      // Of the open file, not of its name: it may be another one by now.
      const stats = await file.stat({ bigint: false })
      requirePrivateFile(stats, this.#path, this.#system)
      const look = `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`
      if (known !== undefined && this.#seen?.look === look && this.#seen.revision === known) return 'unchanged'
      if (stats.size > maxFileBytes) throw corrupted(this.#path)
      return { bytes: await file.readFile(), look }
    } catch (error) {
      throw error instanceof KeyStorageError ? error : unreadable(this.#path, error)
    } finally {
      await file.close()
    }
  }

  async #write(temporary: string, bytes: Uint8Array): Promise<void> {
    const file = await this.#system.open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  /** Compares and swaps. Nothing is awaited between looking and renaming, so that the lock is held for a moment only. */
  async #swap(temporary: string, target: string, replaces: string | undefined): Promise<void> {
    const lock = await lockFile(`${target}.lock`, this.#system)
    try {
      if (revisionNow(target, this.#system) !== replaces || !lock.isHeld) {
        throw new KeyStorageError('storage_conflict', `${this.#path} was changed by another process`)
      }
      this.#system.renameSync(temporary, target)
    } finally {
      lock.release()
    }
    await this.#flushDirectory(dirname(target))
  }

  /** The new name is on the disk only when the directory is. */
  async #flushDirectory(directory: string): Promise<void> {
    // Windows cannot open directories.
    if (process.platform === 'win32') return
    const handle = await this.#system.open(directory, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  /** They are encrypted, but would pile up. */
  async #removeAbandoned(target: string): Promise<void> {
    const directory = dirname(target)
    try {
      for (const name of await this.#system.readdir(directory)) {
        if (!name.startsWith(`${basename(target)}.`) || !name.endsWith('.tmp')) continue
        const { mtimeMs } = await this.#system.stat(join(directory, name))
        if (Date.now() - mtimeMs > abandonedMs) await this.#system.unlink(join(directory, name))
      }
    } catch {
      // Another process may have removed them; the next save looks again.
    }
  }
}

function revisionNow(target: string, system: FileSystem): string | undefined {
  try {
    return revisionOf(system.readFileSync(target))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** The initialisation vector makes each file another one, whatever is in it. */
function revisionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}
