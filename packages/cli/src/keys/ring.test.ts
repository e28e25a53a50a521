import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVerifier } from '@sallyport/core'
import { createKeyRing, createSigner, fileKeyStorage, generateSigningKey, type Signer } from '@sallyport/issuer'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cli, type Ended } from '../cli.test.support.ts'

let directory: string
let ring: string
let secretFile: string
let secret: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-'))
  ring = join(directory, 'keys.jwe')
  secretFile = join(directory, 'secret.txt')
  secret = randomBytes(32).toString('base64url')
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 })
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(directory, { recursive: true })
})

const keys = (command: string, ...more: readonly string[]) =>
  cli(['keys', command, '--ring', ring, '--secret-file', secretFile, ...more])

interface ListedKey {
  readonly kid: string
  readonly alg: string
  readonly state: string
}

async function listed(): Promise<readonly ListedKey[]> {
  return (JSON.parse((await keys('list', '--json')).stdout) as { keys: readonly ListedKey[] }).keys
}

/** What was printed, with single spaces. */
const said = ({ stdout, stderr }: Ended) => (stdout + stderr).replaceAll(/\s+/g, ' ')

describe('sallyport keys, with a key ring', () => {
  it('makes one in a file, which an issuer opens', async () => {
    const made = await keys('generate', '--alg', 'EdDSA')
    expect(made.exitCode).toBe(0)
    expect(said(made)).toMatch(
      /Key ring for signing · 2 keys ✓ current [\w-]{43} \(EdDSA\), used since .* · next [\w-]{43} \(EdDSA\)/,
    )
    const keyRing = await createKeyRing({ storage: fileKeyStorage({ path: ring, secret }), algorithm: 'EdDSA' })
    expect(keyRing.inspect().keys.map(({ kid, state }) => ({ kid, state }))).toEqual(
      (await listed()).map(({ kid, state }) => ({ kid, state })),
    )
    keyRing.close()
  })

  it('makes one for decryption', async () => {
    const made = await keys('generate', '--alg', 'ECDH-ES+A256KW')
    expect(said(made)).toContain('Key ring for decryption')
    expect((await keys('generate', '--alg', 'dir')).exitCode).toBe(2)
  })

  it('lists its keys without changing anything, and shows nothing of their material', async () => {
    await keys('generate')
    const before = readFileSync(ring)
    const { exitCode, stdout } = await keys('list', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      command: 'keys list',
      ok: true,
      use: 'sig',
      keys: [
        {
          kid: expect.any(String),
          alg: 'ES256',
          state: 'current',
          publishedAt: expect.any(Number),
          usedSince: expect.any(Number),
        },
        { kid: expect.any(String), alg: 'ES256', state: 'next', publishedAt: expect.any(Number) },
      ],
    })
    expect(readFileSync(ring).equals(before)).toBe(true)
    expect(readdirSync(directory).toSorted()).toEqual(['keys.jwe', 'secret.txt'])
  })

  it('lists one that is overdue without rotating it', async () => {
    const options = { rotateEverySeconds: 10_000, publishAheadSeconds: 1, longestTokenLifetimeSeconds: 60 }
    const keyRing = await createKeyRing({ storage: fileKeyStorage({ path: ring, secret }), ...options })
    keyRing.close()
    const before = readFileSync(ring)
    expect(await keys('list')).toMatchObject({ exitCode: 0 })
    expect(readFileSync(ring).equals(before)).toBe(true)
  })

  it('rotates as soon as the next key was published for long enough, and not before', async () => {
    await keys('generate')
    const [current, next] = await listed()
    const refused = await keys('rotate')
    expect(refused.exitCode).toBe(1)
    expect(said(refused)).toContain('has not been published for long enough')
    expect(said(refused)).toContain('It can in 24 h.')
    expect(await listed()).toEqual([current, next])
  })

  it('keeps the key of before published when it has rotated, and makes the next one', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 2 * 86_400_000 })
    await keys('generate', '--alg', 'ES384')
    vi.useRealTimers()
    const [current, next] = await listed()
    const early = await keys('rotate', '--publish-ahead', '259200')
    expect(early.exitCode).toBe(1)
    const rotated = await keys('rotate')
    expect(rotated.exitCode).toBe(0)
    expect(said(rotated)).toContain('Rotated: tokens that the old key signed stay good')
    const after = await listed()
    expect(after.map(({ kid, state }) => [kid, state])).toEqual([
      [next?.kid, 'current'],
      [expect.any(String), 'next'],
      [current?.kid, 'retiring'],
    ])
    expect(after.map(({ alg }) => alg)).toEqual(['ES384', 'ES384', 'ES384'])
  })

  it('makes keys on the curve that the ring has', async () => {
    const options = { use: 'enc', crv: 'X25519', storage: fileKeyStorage({ path: ring, secret }) } as const
    await createKeyRing(options).then((keyRing) => keyRing.close())
    expect((await keys('rotate', '--emergency')).exitCode).toBe(0)
    const keyRing = await createKeyRing(options)
    expect((await keyRing.decryptionKeys()).map(({ crv }) => crv)).toEqual(['X25519', 'X25519'])
    keyRing.close()
  })

  it('withdraws the current key in an emergency', async () => {
    await keys('generate')
    const [current, next] = await listed()
    const rotated = await keys('rotate', '--emergency')
    expect(rotated.exitCode).toBe(0)
    expect(said(rotated)).toContain('The key is withdrawn')
    const after = await listed()
    expect(after[0]).toMatchObject({ kid: next?.kid, state: 'current' })
    expect(after.map(({ kid }) => kid)).not.toContain(current?.kid)
    expect(after.map(({ alg }) => alg)).toEqual(['ES256', 'ES256'])
  })

  it('mints with its current key, and leaves the file as it is', async () => {
    await keys('generate', '--alg', 'RS256')
    const before = readFileSync(ring)
    const args = ['mint', '--ring', ring, '--issuer', 'https://as.example', '--audience', 'a', '--subject', 'alice']
    const { exitCode, stdout } = await cli(args, { env: { SALLYPORT_KEY_SECRET: secret } })
    expect(exitCode).toBe(0)
    const keyRing = await createKeyRing({ storage: fileKeyStorage({ path: ring, secret }), algorithm: 'RS256' })
    const verifier = createVerifier({ issuer: 'https://as.example', audience: 'a', jwks: keyRing.jwks() })
    expect(await verifier.verify(stdout.trim())).toMatchObject({ subject: 'alice' })
    keyRing.close()
    expect(readFileSync(ring).equals(before)).toBe(true)
    expect((await cli([...args, '--key', 'key.json'])).exitCode).toBe(2)
  })

  it('neither rotates nor mints with one whose keys are in a key management service', async () => {
    const made = new Map<string, Signer>()
    const kms = {
      createKey: async () => {
        const signer = await createSigner(await generateSigningKey())
        made.set(signer.kid, signer)
        return signer
      },
      findKey: async (kid: string) => made.get(kid),
    }
    const keyRing = await createKeyRing({ storage: fileKeyStorage({ path: ring, secret }), kms })
    keyRing.close()
    const before = readFileSync(ring)
    const rotated = await keys('rotate', '--emergency')
    expect(rotated.exitCode).toBe(3)
    expect(said(rotated)).toContain('The ring stays as it is')
    const args = ['mint', '--ring', ring, '--secret-file', secretFile, '--issuer', 'https://as.example']
    const minted = await cli([...args, '--audience', 'a', '--subject', 'alice'])
    expect(minted.exitCode).toBe(2)
    expect(said(minted)).toContain('a key management service has it')
    expect(readFileSync(ring).equals(before)).toBe(true)
  })

  it('never makes one over another', async () => {
    await keys('generate')
    const before = readFileSync(ring)
    const again = await keys('generate')
    expect(again.exitCode).toBe(2)
    expect(said(again)).toContain('is there already')
    expect(readFileSync(ring).equals(before)).toBe(true)
  })
})

describe('what is wrong with a key ring', () => {
  const list = (more: readonly string[], env = {}) => cli(['keys', 'list', '--ring', ring, ...more], { env })

  it('is said: no file, no secret, another secret, a damaged file, an exposed one', async () => {
    const missing = await keys('list')
    expect({ exitCode: missing.exitCode, said: said(missing) }).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('is not there'),
    })
    expect(existsSync(ring)).toBe(false)
    await keys('generate')
    const cases: readonly (readonly [() => Promise<Ended>, string])[] = [
      [() => list([]), 'There is no secret for the key ring.'],
      [() => list([], { SALLYPORT_KEY_SECRET: 'password' }), 'The secret: got a string, takes 32 random bytes'],
      [
        () => list([], { SALLYPORT_KEY_SECRET: randomBytes(32).toString('base64url') }),
        'Is it the secret of this file?',
      ],
      [
        () => {
          chmodSync(ring, 0o644)
          return keys('list')
        },
        'has mode 0644',
      ],
      [
        () => {
          chmodSync(ring, 0o600)
          writeFileSync(ring, 'damaged')
          return keys('list')
        },
        'Take it from a backup',
      ],
      [
        () => {
          chmodSync(secretFile, 0o644)
          return keys('list')
        },
        'can be read by others',
      ],
    ]
    for (const [run, message] of cases) {
      const ended = await run()
      expect(ended.exitCode).toBe(2)
      expect(said(ended)).toContain(message)
      expect(said(ended)).not.toContain(secret)
      expect(ended.stderr).not.toMatch(/^\s+at /m)
    }
  })

  it('LOG-1: never is the secret in what is printed', async () => {
    await keys('generate')
    for (const command of ['list', 'rotate', 'generate']) {
      for (const more of [[], ['--json']]) expect(said(await keys(command, ...more))).not.toContain(secret)
    }
    expect(said(await list([], { SALLYPORT_KEY_SECRET: `${secret}x` }))).not.toContain(secret)
  })
})
