import { open } from 'node:fs/promises'
import { codeOf, usageFailure } from '../failure.ts'

/** A file of keys is small; nothing larger is read. */
const maxFileBytes = 1_048_576

/** A small file of keys or claims. */
export interface KeyFile {
  readonly text: string
  /** Says that the file has something private; it must be its owner's alone then. */
  requireOwnersAlone(): void
}

/**
 * Reads a small file as text.
 *
 * @param option that names it, for errors
 * @throws CommandFailure
 */
export async function readKeyFile(path: string, option: string): Promise<KeyFile> {
  try {
    const file = await open(path, 'r')
    try {
      const { mode } = await file.stat()
      const chunks: Buffer[] = []
      // A pipe has no size that could be looked at before.
      for await (const chunk of file.createReadStream({ end: maxFileBytes, autoClose: false }))
        chunks.push(chunk as Buffer)
      const bytes = Buffer.concat(chunks)
      if (bytes.length > maxFileBytes) throw usageFailure(`${option}: ${path} has more than 1 MiB.`)
      return { text: bytes.toString('utf8'), requireOwnersAlone: () => checkMode(path, mode, option) }
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    throw usageFailure(`${option}: ${path} cannot be read (${code}).`, adviceFor[code])
  }
}

const adviceFor: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EISDIR: 'It is a directory.',
  EACCES: 'You may not read it.',
}

function checkMode(path: string, mode: number, option: string): void {
  // Windows has no such bits.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  const bits = (mode & 0o777).toString(8).padStart(3, '0')
  throw usageFailure(`${option}: ${path} can be read by others (mode ${bits}), and is private.`, `chmod 600 ${path}`)
}
