import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { JwksSnapshot } from './snapshot.ts'
import { createSnapshotFile } from './snapshot-file.ts'

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'jwks-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

const snapshot = (kid: string): JwksSnapshot => ({
  version: 1,
  jwksUri: 'https://as.example/jwks',
  fetchedAt: '2026-11-17T12:00:00.000Z',
  keys: [{ kty: 'EC', kid }],
})

describe('createSnapshotFile', () => {
  it('KEYS-9: keeps the last snapshot, for its owner only, and leaves nothing else behind', async () => {
    const directory = makeDirectory()
    const path = join(directory, 'keys.json')
    const file = createSnapshotFile(path)
    expect(await file.load('key')).toBeUndefined()
    await file.save('key', snapshot('a'))
    await file.save('key', snapshot('b'))
    expect(await file.load('key')).toEqual(snapshot('b'))
    expect(readdirSync(directory)).toEqual(['keys.json'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('KEYS-9: shows a reader a whole snapshot, whoever writes meanwhile', async () => {
    const path = join(makeDirectory(), 'keys.json')
    const [one, other] = [createSnapshotFile(path), createSnapshotFile(path)]
    await one.save('key', snapshot('first'))
    const names = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(10_000))
    const writing = Promise.all(names.map((kid, index) => (index % 2 === 0 ? one : other).save('key', snapshot(kid))))
    let isWriting = true
    void writing.finally(() => (isWriting = false))
    while (isWriting) {
      const { keys } = JSON.parse(readFileSync(path, 'utf8')) as JwksSnapshot
      expect(['first', ...names]).toContain(keys[0]!['kid'])
      await new Promise((resolve) => setImmediate(resolve))
    }
    await writing
  })

  it('KEYS-9: leaves the last snapshot as it is when the new one cannot be written', async () => {
    const directory = makeDirectory()
    const file = createSnapshotFile(join(directory, 'keys.json'))
    await file.save('key', snapshot('a'))
    const circular = { ...snapshot('b') } as Record<string, unknown>
    circular['keys'] = circular
    await expect(file.save('key', circular as unknown as JwksSnapshot)).rejects.toThrow(TypeError)
    expect(await file.load('key')).toEqual(snapshot('a'))
    expect(readdirSync(directory)).toEqual(['keys.json'])
  })

  it.each([
    ['nothing', ''],
    ['half a snapshot', '{"version":1,"jwksUri":"https'],
    ['what is no JSON', '\u0000\u0001'],
    ['more than 4 MiB', `"${'x'.repeat(4_194_304)}"`],
  ])('KEYS-9: gives a file with %s as damaged', async (_, text) => {
    const path = join(makeDirectory(), 'keys.json')
    writeFileSync(path, text)
    expect(await createSnapshotFile(path).load('key')).toBeNull()
  })

  it('KEYS-9: never reads what is no file', async () => {
    const directory = makeDirectory()
    expect(await createSnapshotFile(directory).load('key')).toBeNull()
    const path = join(directory, 'socket')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    onTestFinished(() => void server.close())
    expect(await createSnapshotFile(path).load('key')).toBeNull()
  })

  it('does not follow the process into another directory', async () => {
    const directory = makeDirectory()
    const before = process.cwd()
    mkdirSync(join(directory, 'other'))
    process.chdir(directory)
    onTestFinished(() => process.chdir(before))
    const file = createSnapshotFile('keys.json')
    process.chdir('other')
    await file.save('key', snapshot('a'))
    expect(readdirSync(directory).toSorted()).toEqual(['keys.json', 'other'])
  })

  it('fails in a directory that does not exist', async () => {
    const file = createSnapshotFile(join(makeDirectory(), 'missing', 'keys.json'))
    await expect(file.save('key', snapshot('a'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
