import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { JwksStore } from './store.ts'

/** Larger than any set that was fetched within the default bounds. */
const maxFileBytes = 4_194_304

/** A store of one snapshot in one file. A reader sees the whole old or the whole new one, also after a crash. */
export function createSnapshotFile(file: string): JwksStore {
  const path = resolve(file)
  return {
    async load() {
      try {
        const found = await stat(path)
        // Reading a pipe or a device might never end.
        if (!found.isFile() || found.size > maxFileBytes) return null
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
        const written = await open(temporary, 'wx', 0o600)
        try {
          await written.writeFile(JSON.stringify(snapshot))
          await written.sync()
        } finally {
          await written.close()
        }
        await rename(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
  }
}
