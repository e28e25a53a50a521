import { randomBytes } from 'node:crypto'
import { link, open, rm } from 'node:fs/promises'
import { codeOf, faultFailure, usageFailure } from '../failure.ts'

/**
 * Writes a file that only its owner may read: whole or not at all, and never over one that is there.
 *
 * @throws CommandFailure
 */
export async function writePrivateFile(path: string, text: string, option: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    // Unlike a rename, it does not replace what is there.
    await link(temporary, path)
  } catch (error) {
    throw failureOf(error, path, option)
  } finally {
    await rm(temporary, { force: true }).catch(() => {})
  }
}

function failureOf(error: unknown, path: string, option: string): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  if (code === 'EEXIST') return usageFailure(`${option}: ${path} is there already. It is not written over.`)
  if (code === 'ENOENT') return usageFailure(`${option}: the directory of ${path} does not exist.`)
  return faultFailure(`${option}: ${path} cannot be written (${code}).`)
}
