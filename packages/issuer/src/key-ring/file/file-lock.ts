import { randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { KeyStorageError } from '../key-storage.ts'
import { type FileSystem, systemCode } from './file-system.ts'

/** What is done under the lock takes a millisecond; so long a holder is gone, or hangs. */
const staleMs = 10_000
const longestWaitMs = 15_000

/** A lock file: whoever made it holds the lock. */
export interface FileLock {
  /** Asked right before what the lock is for: somebody may have taken it for that of a dead process. */
  readonly isHeld: boolean
  release(): void
}

/**
 * Takes the lock, as soon as nobody else has it. That of a dead process is taken away: at once where it can be seen to
 * be dead, otherwise after ten seconds.
 *
 * @throws KeyStorageError `storage_locked`, and what the system throws
 */
export async function lockFile(path: string, system: FileSystem): Promise<FileLock> {
  const id = randomBytes(12).toString('base64url')
  const own = JSON.stringify({ ...self, id })
  const temporary = `${path}.${id}.tmp`
  const giveUpAt = Date.now() + longestWaitMs
  try {
    await write(temporary, own, system)
    while (!(await tryToTake(path, temporary, own, system))) {
      if (await removeStale(path, system)) continue
      if (Date.now() > giveUpAt) throw new KeyStorageError('storage_locked', `${path} has been held for too long`)
      await delay(5 + Math.random() * 20)
    }
  } finally {
    await system.unlink(temporary).catch(() => {})
  }
  const isHeld = () => readNow(path, system) === own
  return {
    get isHeld() {
      return isHeld()
    },
    release() {
      try {
        if (isHeld()) system.unlinkSync(path)
      } catch {
        // What was to be done is done; the next one finds the lock stale.
      }
    },
  }
}

async function write(path: string, content: string, system: FileSystem): Promise<void> {
  const file = await system.open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
  } finally {
    await file.close()
  }
}

/** By a link, so that the lock never is there without its content: who holds it can be told from the first moment on. */
async function tryToTake(path: string, temporary: string, own: string, system: FileSystem): Promise<boolean> {
  try {
    await system.link(temporary, path)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
  }
  try {
    // Some network file systems have no links.
    await write(path, own, system)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

/** @returns whether it is worth trying again at once */
async function removeStale(path: string, system: FileSystem): Promise<boolean> {
  const content = readNow(path, system)
  if (content === undefined) return true
  try {
    const { mtimeMs } = await system.stat(path)
    if (!isOfDeadProcess(content) && Date.now() - mtimeMs < staleMs) return false
    // Only one of those who find it stale can move it away. If it was another one's by now, that one sees `isHeld`.
    const away = `${path}.${randomBytes(6).toString('hex')}.tmp`
    await system.rename(path, away)
    await system.unlink(away)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') return false
  }
  return true
}

function readNow(path: string, system: FileSystem): string | undefined {
  try {
    return system.readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Process ids mean something within one name space of one machine only: containers all have a process 1. */
const self = { pid: process.pid, machine: `${hostname()} ${processNamespace()}` }

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return process.platform
  }
}

function isOfDeadProcess(content: string): boolean {
  try {
    const { pid, machine } = JSON.parse(content) as Record<string, unknown>
    if (machine !== self.machine || typeof pid !== 'number' || pid === self.pid) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    return systemCode(error) === 'ESRCH'
  }
}
