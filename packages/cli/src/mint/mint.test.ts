import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVerifier, type Authentication } from '@sallyport/core'
import type { JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cli } from '../cli.test.support.ts'

const issuer = 'https://as.example'
const audience = 'https://api.example'

let directory: string
let key: string
let publicJwk: JWK

const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-'))
  key = at('key.json')
  publicJwk = JSON.parse((await cli(['keys', 'generate', '--out', key])).stdout) as JWK
  writeFileSync(at('public.json'), JSON.stringify(publicJwk))
})
afterAll(() => rmSync(directory, { recursive: true }))

const required = ['--issuer', issuer, '--audience', audience, '--subject', 'alice']
const minted = (...more: readonly string[]) => cli(['mint', '--key', key, ...required, ...more])

function verify(token: string, more: object = {}): Promise<Authentication> {
  return createVerifier({ issuer, audience, jwks: { keys: [publicJwk] }, profile: 'rfc9068', ...more }).verify(
    token.trim(),
  )
}

describe('sallyport mint', () => {
  it('issues a token that a strict API accepts, and prints nothing else', async () => {
    const { exitCode, stdout } = await minted(
      '--scope',
      'a b',
      '--scope',
      'c',
      '--client-id',
      'web',
      '--claims',
      '{"tenant":"acme"}',
    )
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const auth = await verify(stdout)
    expect(auth).toMatchObject({
      subject: 'alice',
      clientId: 'web',
      scopes: ['a', 'b', 'c'],
      claims: { tenant: 'acme' },
    })
    expect(auth.expiresAt - (auth.issuedAt ?? 0)).toBe(300)
  })

  it('lives as long as asked, and names several APIs', async () => {
    const { stdout } = await minted('--lifetime', '60', '--audience', 'https://other.example')
    const auth = await verify(stdout)
    expect(auth.expiresAt - (auth.issuedAt ?? 0)).toBe(60)
    expect(auth.audience).toEqual([audience, 'https://other.example'])
  })

  it('tells programs about the token', async () => {
    const { token, ...rest } = JSON.parse((await minted('--json')).stdout) as { token: string }
    expect(rest).toEqual({
      command: 'mint',
      ok: true,
      bytes: token.length,
      keyId: publicJwk.kid,
      lifetimeSeconds: 300,
      encrypted: false,
    })
    expect((await verify(token)).subject).toBe('alice')
  })

  it.each(['ECDH-ES+A256KW', 'RSA-OAEP-256', 'dir'])('encrypts it for an API whose key is for %s', async (alg) => {
    const own = at(`${alg}.json`)
    const { stdout: publicHalf } = await cli(['keys', 'generate', '--alg', alg, '--out', own])
    const forIssuer = at(`${alg}.public.json`)
    if (alg !== 'dir') writeFileSync(forIssuer, publicHalf)
    const { exitCode, stdout } = await minted('--encrypt-for', alg === 'dir' ? own : forIssuer)
    expect(exitCode).toBe(0)
    expect(stdout.split('.')).toHaveLength(5)
    const decryption = { keys: [JSON.parse(readFileSync(own, 'utf8')) as JWK], required: true }
    expect((await verify(stdout, { decryption })).subject).toBe('alice')
  })

  it('takes claims from a file', async () => {
    writeFileSync(at('claims.json'), '{"tenant":"acme"}')
    expect((await verify((await minted('--claims', `@${at('claims.json')}`)).stdout)).claims).toMatchObject({
      tenant: 'acme',
    })
  })

  it.each<[readonly string[], string]>([
    [['--claims', '[]'], 'no JSON object'],
    [['--claims', '{"sub":"root"}'], '--claims (claims.sub): got a string, takes nothing'],
    [['--lifetime', '0'], '--lifetime: got 0'],
    [['--lifetime', '1.5'], 'whole number'],
    [['--scope', 'a"b'], '--scope: got an array'],
    [['--issuer', 'as.example'], '--issuer: got "as.example"'],
    [['--enc', 'A256GCM'], 'without --encrypt-for'],
    [['--encrypt-for', 'missing.json'], 'missing.json cannot be read'],
    [['--key', 'missing.json'], '--key: missing.json cannot be read (ENOENT)'],
  ])('LOG-1: says what is wrong with %j, and shows no value that is personal', async (more, message) => {
    const { exitCode, stdout, stderr } = await minted(...more)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message)
    expect(stderr).not.toContain('root')
  })

  it('refuses a public key, and a private one that others can read', async () => {
    const publicKey = await cli(['mint', '--key', at('public.json'), ...required])
    expect(publicKey).toMatchObject({ exitCode: 2, stdout: '' })
    expect(publicKey.stderr).toContain('has a public key first')
    chmodSync(key, 0o640)
    const exposed = await minted()
    chmodSync(key, 0o600)
    expect(exposed).toMatchObject({ exitCode: 2, stdout: '' })
    expect(exposed.stderr.replaceAll(/\s+/g, ' ')).toContain('can be read by others (mode 640)')
  })
})
