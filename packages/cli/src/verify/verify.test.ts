import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningTestIssuer, startTestIssuer, wrongTokens } from '@sallyport/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { cli } from '../cli.test.support.ts'

interface Report {
  readonly ok: boolean
  readonly verdict: string
  readonly code?: string
  readonly status?: number
  readonly advice?: string
  readonly stages: readonly { readonly name: string; readonly result: string; readonly text: string }[]
  readonly authentication?: object
}

let as: RunningTestIssuer
let directory: string
let decryptionKey: string

beforeAll(async () => {
  as = await startTestIssuer({ encrypted: true })
  directory = mkdtempSync(join(tmpdir(), 'sallyport-'))
  decryptionKey = join(directory, 'key.json')
  writeFileSync(decryptionKey, JSON.stringify({ keys: as.verifierOptions.decryption?.keys }), { mode: 0o600 })
})
afterEach(() => as.respondWith('documents'))
afterAll(async () => {
  await as.close()
  rmSync(directory, { recursive: true })
})

const asked = (...more: readonly string[]) => ['verify', '--issuer', as.issuer, '--audience', as.audience, ...more]

async function verified(input: string, ...more: readonly string[]) {
  const { exitCode, stdout } = await cli(asked('--json', ...more), { input })
  const report = JSON.parse(stdout) as Report
  const end = report.stages.find(({ result }) => result === 'refused' || result === 'fault')
  return { exitCode, report, end }
}

const signed = (wrong?: keyof typeof wrongTokens) => as.mint({ wrong, encrypt: false, scope: 'reports:read' })

describe('sallyport verify', () => {
  it('says stage by stage that a token is good', async () => {
    const { exitCode, stdout } = await cli(asked('--scope', 'reports:read'), { input: await signed() })
    expect(exitCode).toBe(0)
    const text = stdout.replaceAll(/\s+/g, ' ')
    for (const line of [
      '✓ form signed, three parts',
      '– decryption it is not encrypted',
      `✓ issuer ${as.issuer}`,
      `of ${as.issuer}/.well-known/jwks.json`,
      '✓ signature ES256, made with that key',
      '✓ claims for this API, of test-user, expires in 5 min',
      '– binding it is not bound to a key',
      '✓ scopes reports:read',
      'Accepted: an API with these options lets it in.',
    ]) {
      expect(text).toContain(line)
    }
  })

  it('tells programs who it is', async () => {
    const { exitCode, report } = await verified(await signed())
    expect(exitCode).toBe(0)
    expect(report).toMatchObject({
      command: 'verify',
      ok: true,
      verdict: 'accepted',
      authentication: {
        subject: 'test-user',
        clientId: 'test-client',
        issuer: as.issuer,
        audience: [as.audience],
        scopes: ['reports:read'],
        algorithm: 'ES256',
      },
    })
  })

  const stages: Readonly<Record<keyof typeof wrongTokens, string>> = {
    expired: 'claims',
    not_yet_valid: 'claims',
    wrong_issuer: 'issuer',
    wrong_audience: 'claims',
    missing_audience: 'claims',
    missing_exp: 'claims',
    wrong_key: 'signature',
    unknown_key: 'key',
    embedded_key: 'signature',
    tampered: 'signature',
    alg_none: 'form',
    hmac_with_public_key: 'form',
    id_token: 'claims',
    logout_token: 'claims',
    sender_constrained: 'binding',
  }

  it.each(Object.values(wrongTokens))(
    'names the stage that refuses $kind, and what an API answers',
    async ({ kind, code }) => {
      const { exitCode, report, end } = await verified(await signed(kind))
      expect(exitCode).toBe(1)
      expect(report).toMatchObject({ ok: false, verdict: 'refused', code, status: 401, advice: expect.any(String) })
      expect(end).toMatchObject({ name: stages[kind], result: 'refused' })
      const index = report.stages.findIndex((stage) => stage === end)
      expect(
        report.stages.slice(0, index).filter(({ result }) => result !== 'passed' && result !== 'unneeded'),
      ).toEqual([])
      expect(report.stages.slice(index + 1).filter(({ result }) => result !== 'unreached')).toEqual([])
      expect(report.authentication).toBeUndefined()
    },
  )

  it('says how long ago a token has expired, and when', async () => {
    const { end } = await verified(await signed('expired'))
    expect(end?.text).toMatch(/^expired 60 min ago \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)$/)
    expect((await verified(await signed('not_yet_valid'))).end?.text).toMatch(/^is good in 60 min/)
  })

  it('says which key the token names, and which ones the issuer has', async () => {
    const { end } = await verified(await signed('unknown_key'))
    expect(end?.text).toMatch(/the token names kid [\w-]{43}; .*\/jwks\.json has [\w-]{43}/)
  })

  it('says which scope is missing, and what an API answers then', async () => {
    const { exitCode, report, end } = await verified(await signed(), '--scope', 'reports:read reports:write')
    expect(exitCode).toBe(1)
    expect(report).toMatchObject({ code: 'scope_insufficient', status: 403 })
    expect(end).toMatchObject({ name: 'scopes', text: 'reports:write is missing; it has reports:read' })
  })

  it('takes several audiences, and leaves the token after them alone', async () => {
    const args = ['verify', '--issuer', as.issuer, '--audience', 'other', '--audience', as.audience, '--json']
    expect((await cli([...args, await signed()])).exitCode).toBe(0)
  })

  it('takes a bound token with --ignore-binding only', async () => {
    const bound = await as.mint({ encrypt: false, confirmation: { jkt: 'a'.repeat(43) } })
    expect((await verified(bound)).exitCode).toBe(1)
    const { exitCode, report } = await verified(bound, '--ignore-binding')
    expect(exitCode).toBe(0)
    expect(report.stages.find(({ name }) => name === 'binding')?.text).toContain('not checked')
  })

  it('goes by the profile and the clock tolerance', async () => {
    const jwt = await as.mint({ encrypt: false, header: { typ: 'JWT' } })
    expect((await verified(jwt)).exitCode).toBe(0)
    expect((await verified(jwt, '--profile', 'rfc9068')).report.code).toBe('token_type_refused')
    const late = await as.mint({ encrypt: false, claims: { exp: Math.floor(Date.now() / 1000) - 100 } })
    expect((await verified(late)).exitCode).toBe(1)
    expect((await verified(late, '--clock-tolerance', '300')).exitCode).toBe(0)
  })
})

describe('an encrypted token', () => {
  it('is decrypted with the key of its API', async () => {
    const { exitCode, report } = await verified(await as.mint(), '--decryption-key', decryptionKey)
    expect(exitCode).toBe(0)
    expect(report.stages[1]).toMatchObject({ name: 'decryption', result: 'passed' })
  })

  it.each([
    ['not_signed', 'not_signed'],
    ['tampered_ciphertext', 'decryption_failed'],
    ['wrong_decryption_key', 'decryption_failed'],
  ] as const)('is refused at decryption: %s', async (wrong, code) => {
    const { exitCode, report, end } = await verified(await as.mint({ wrong }), '--decryption-key', decryptionKey)
    expect({ exitCode, code: report.code, stage: end?.name }).toEqual({ exitCode: 1, code, stage: 'decryption' })
  })

  it.each<[string, object, string]>([
    ['a cty of something else', { cty: 'json' }, 'token_type_refused'],
    ['an issuer in its header that differs', { iss: 'https://other.example' }, 'claim_invalid'],
  ])('is refused at decryption for %s', async (_, encryptionHeader, code) => {
    const token = await as.mint({ encryptionHeader: encryptionHeader as Record<string, unknown> })
    const { report, end } = await verified(token, '--decryption-key', decryptionKey)
    expect({ code: report.code, stage: end?.name }).toEqual({ code, stage: 'decryption' })
  })

  it('is refused at decryption without a key, and with a word about that', async () => {
    const { report, end } = await verified(await as.mint())
    expect(end?.name).toBe('decryption')
    expect(report.advice).toContain('--decryption-key')
  })

  it('is refused at its claims by what is inside', async () => {
    const token = await as.mint({ wrong: 'expired', encrypt: true })
    const { end } = await verified(token, '--decryption-key', decryptionKey)
    expect(end).toMatchObject({ name: 'claims', text: expect.stringContaining('expired 60 min ago') })
  })
})

describe('where the keys come from', () => {
  it('may be a file, without any network', async () => {
    const keys = join(directory, 'jwks.json')
    writeFileSync(keys, await (await fetch(`${as.issuer}/.well-known/jwks.json`)).text())
    as.respondWith('down')
    const { exitCode, report } = await verified(await signed(), '--jwks', keys)
    expect(exitCode).toBe(0)
    expect(report.stages.find(({ name }) => name === 'key')?.text).toContain(keys)
  })

  it('may be a URL', async () => {
    expect((await verified(await signed(), '--jwks', `${as.issuer}/.well-known/jwks.json`)).exitCode).toBe(0)
  })

  it('says which published keys cannot be used', async () => {
    const weak = { kty: 'oct', k: 'AAAA', kid: 'shared' }
    const jwks = (await (await fetch(`${as.issuer}/.well-known/jwks.json`)).json()) as { keys: object[] }
    const server = createServer((_, res) => res.end(JSON.stringify({ keys: [weak, ...jwks.keys] })))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { end } = await verified(await signed('unknown_key'), '--jwks', url)
    expect(end?.text).toContain('not usable: shared: it is symmetric')
    server.closeAllConnections()
  })

  it.each(['unavailable', 'down', 'garbage', 'empty'] as const)(
    'is a fault, exit code 3, where it is %s',
    async (answer) => {
      const other = await startTestIssuer()
      onTestFinished(() => other.close())
      other.respondWith(answer)
      const args = ['verify', '--issuer', other.issuer, '--audience', other.audience]
      const { exitCode, stdout } = await cli(args, { input: await other.mint() })
      expect(exitCode).toBe(3)
      expect(stdout).toContain('Not decided: an API answers 503')
    },
  )

  it.each([
    [['--jwks', 'missing.json'], 'missing.json cannot be read (ENOENT)'],
    [['--jwks', 'http://as.example/jwks'], '--jwks: got "http://as.example/jwks", takes an https URL'],
    [['--clock-tolerance', '301'], '--clock-tolerance: got 301'],
    [['--decryption-key', 'missing.json'], '--decryption-key'],
  ])('is asked for again where the options are wrong: %j', async (more, message) => {
    const { exitCode, stdout, stderr } = await cli(asked(...more), { input: await signed() })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message)
  })

  it('is asked for again where the issuer is no URL', async () => {
    const { exitCode, stderr } = await cli(['verify', '--issuer', 'as.example', '--audience', 'a'], { input: 'a.b.c' })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('--issuer: got "as.example", takes an https URL')
  })
})

describe('what is printed of a token', () => {
  it('LOG-3: has no control characters, whatever is in it', async () => {
    const evil = '\u001b[2J\n  ✓ fine\u202e'
    for (const claims of [{ sub: evil }, { aud: evil }, { iss: evil }, { scope: evil }]) {
      for (const more of [[], ['--json']]) {
        const input = await as.mint({ encrypt: false, claims, header: { kid: evil } })
        const { stdout, stderr } = await cli(asked(...more, '--scope', 'x'), { input })
        expect(stdout + stderr).toMatch(/^[^\p{C}]*(\n[^\p{C}]*)*$/u)
        expect(stdout).not.toMatch(/^ {2}✓ fine/m)
      }
    }
  })
})
