import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import type { JwksStore } from './store.ts'

/** Larger than any set that was fetched within the default bounds. */
const maxFileBytes = 4_194_304

/** A store of one snapshot in one file. A reader sees the whole old or the whole new one, also after a crash. */
export function createSnapshotFile(path: string): JwksStore {
  return {
    async load() {
      try {
        if ((await stat(path)).size > maxFileBytes) throw new Error(`the file is larger than ${maxFileBytes} bytes`)
        return JSON.parse(await readFile(path, 'utf8')) as unknown
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        // What cannot be parsed is damaged; nothing of its text belongs in an event.
        if (error instanceof SyntaxError) return null
        throw error
      }
    },
    async save(_key, snapshot) {
      const temporary = `${path}.${randomUUID()}.tmp`
      try {
        const file = await open(temporary, 'wx', 0o600)
        try {
          await file.writeFile(JSON.stringify(snapshot))
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
  }
}
