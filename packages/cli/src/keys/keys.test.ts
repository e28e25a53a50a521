import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cli } from '../cli.test.support.ts'

let directory: string
let file: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-'))
  file = join(directory, 'key.json')
})
afterEach(() => rmSync(directory, { recursive: true }))

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth', 'priv']

function readJwk(text: string): JsonWebKey & { readonly kid: string; readonly alg: string } {
  return JSON.parse(text) as JsonWebKey & { readonly kid: string; readonly alg: string }
}

describe('sallyport keys generate', () => {
  it('ISSUER-1: writes the private key into a file that only its owner can read, whatever the umask is', async () => {
    const before = process.umask(0)
    try {
      expect(await cli(['keys', 'generate', '--out', file])).toMatchObject({ exitCode: 0 })
    } finally {
      process.umask(before)
    }
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['key.json'])
  })

  it.each(['ES256', 'ES512', 'EdDSA', 'PS256', 'ECDH-ES+A256KW', 'RSA-OAEP-256'])(
    'ISSUER-4: prints the public half of a key for %s, and nothing private',
    async (alg) => {
      const { exitCode, stdout, stderr } = await cli(['keys', 'generate', '--alg', alg, '--out', file])
      expect(exitCode).toBe(0)
      const [publicJwk, privateJwk] = [readJwk(stdout), readJwk(readFileSync(file, 'utf8'))]
      expect(Object.keys(publicJwk).filter((name) => privateMembers.includes(name))).toEqual([])
      for (const name of privateMembers) {
        const value: unknown = privateJwk[name]
        if (typeof value === 'string') expect(stdout + stderr).not.toContain(value)
      }
      expect(publicJwk).toMatchObject({ alg, kid: privateJwk.kid })
      const derived = createPublicKey(createPrivateKey({ key: privateJwk, format: 'jwk' }))
      expect(derived.equals(createPublicKey({ key: publicJwk, format: 'jwk' }))).toBe(true)
    },
  )

  it('ISSUER-4: prints nothing of a shared secret', async () => {
    const { exitCode, stdout, stderr } = await cli(['keys', 'generate', '--alg', 'A256GCMKW', '--out', file])
    expect(exitCode).toBe(0)
    const { k } = readJwk(readFileSync(file, 'utf8'))
    expect(k).toMatch(/^[\w-]{43}$/)
    expect(stdout + stderr).not.toContain(k)
    expect(stdout).toBe('A shared secret has no public half.\n')
  })

  it('tells programs where the key is', async () => {
    const { stdout } = await cli(['keys', 'generate', '--json', '--out', file])
    const { kid } = readJwk(readFileSync(file, 'utf8'))
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'keys generate',
      ok: true,
      file,
      alg: 'ES256',
      kid,
      publicJwk: { kid },
    })
    expect(stdout).not.toContain('"d"')
  })

  it('never writes over a key', async () => {
    writeFileSync(file, 'precious')
    const { exitCode, stderr } = await cli(['keys', 'generate', '--out', file])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('is there already')
    expect(readFileSync(file, 'utf8')).toBe('precious')
    expect(readdirSync(directory)).toEqual(['key.json'])
  })

  it.each([
    [['--alg', 'es256'], 'Did you mean ES256?'],
    [['--alg', 'HS256'], 'It takes one of ES256'],
    [['--alg', 'none'], 'It takes one of ES256'],
  ])('refuses %j', async (more, message) => {
    const { exitCode, stderr } = await cli(['keys', 'generate', '--out', file, ...more])
    expect(exitCode).toBe(2)
    expect(stderr).toContain(message)
    expect(existsSync(file)).toBe(false)
  })

  it('says that a directory is missing', async () => {
    const { exitCode, stderr } = await cli(['keys', 'generate', '--out', join(directory, 'no', 'key.json')])
    expect(exitCode).toBe(2)
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('does not exist')
  })

  it('is a fault where the disk does not take it', async () => {
    writeFileSync(file, 'no directory')
    expect(await cli(['keys', 'generate', '--out', join(file, 'key.json')])).toMatchObject({ exitCode: 3 })
  })
})
