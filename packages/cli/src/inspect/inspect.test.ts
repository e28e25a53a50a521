import { encryptToken, type JWK } from '@sallyport/issuer'
import { createTestIssuer } from '@sallyport/testing'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cli, tokenOfParts } from '../cli.test.support.ts'

const now = Date.UTC(2026, 10, 25, 12)
const seconds = now / 1000
const good = tokenOfParts(
  { alg: 'ES256', typ: 'at+jwt', kid: 'k1' },
  {
    iss: 'https://as.example',
    sub: 'alice',
    aud: 'https://api.example',
    client_id: 'web',
    iat: seconds - 60,
    exp: seconds + 240,
    jti: 'j1',
  },
)

function temporaryFile(name: string, text: string, mode = 0o600): string {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

describe('sallyport inspect', () => {
  it('explains a token in words', async () => {
    const { exitCode, stdout, stderr } = await cli(['inspect'], { input: `Bearer ${good}\n`, now })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      `Signed token (JWS) · ${good.length} bytes`,
      '',
      'Header',
      '  alg  ES256   ECDSA on P-256 with SHA-256; only the private key can make it',
      '  typ  at+jwt  an access token (RFC 9068)',
      "  kid  k1      names the key in the issuer's JWK Set",
      '',
      'Claims',
      '  iss        https://as.example       who issued it',
      '  sub        alice                    the user, or the client itself',
      '  aud        https://api.example      which API it is for',
      '  client_id  web                      the client that it was issued to',
      '  iat        2026-11-25 11:59:00 UTC  issued 60 s ago',
      '  exp        2026-11-25 12:04:00 UTC  expires in 4 min',
      '  jti        j1                       its own id',
      '',
      'Signature',
      '  signature  64 bytes  not checked here: sallyport verify does',
      '',
      'What is noticed',
      '  ✓ Nothing is wrong with it, as far as can be told without the key.',
      '',
    ])
  })

  it('ends with 1 where a resource server would refuse it, and says what to do', async () => {
    const { exitCode, stdout } = await cli(['inspect'], { input: good, now: now + 3_600_000 })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('  ✗ It has expired: 56 min ago.\n    → Get a new one from the authorization server.')
  })

  it('prints JSON for programs', async () => {
    const { exitCode, stdout } = await cli(['inspect', '--json'], { input: good, now })
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'inspect',
      ok: true,
      token: { kind: 'signed', bytes: good.length, header: expect.any(Array), claims: expect.any(Array), findings: [] },
    })
  })

  it('has colours on a terminal, and none in a pipe', async () => {
    expect((await cli(['inspect'], { input: good, now, columns: 80 })).stdout).toContain('\u001b[36malg')
    expect((await cli(['inspect'], { input: good, now })).stdout).not.toContain('\u001b')
    expect((await cli(['inspect'], { input: good, now, columns: 80, env: { NO_COLOR: '1' } })).stdout).not.toContain(
      '\u001b',
    )
  })

  it('LOG-3: shows what a token brings for terminals as escapes, as text, in JSON and where it fails', async () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\r\n  ✓ fine\u202e\u009b1m'
    const token = tokenOfParts(
      { alg: `ES256${evil}`, kid: evil, [evil]: evil },
      { iss: evil, sub: evil, scope: evil, [`claim${evil}`]: { [evil]: evil }, exp: evil },
    )
    for (const args of [['inspect'], ['inspect', '--json'], ['inspect', token], ['inspect', `{"${evil}"}`]]) {
      for (const columns of [undefined, 80]) {
        const { stdout, stderr } = await cli(args, { input: token, columns })
        // oxlint-disable-next-line no-control-regex
        const bare = (stdout + stderr).replaceAll(/\u001b\[\d+m/g, '')
        expect(bare).toMatch(/^[^\p{C}\u2028\u2029]*(\n[^\p{C}\u2028\u2029]*)*$/u)
        expect(bare).not.toMatch(/^ {2}✓ fine/m)
      }
    }
  })

  it('shows the first claims of very many, in no time', async () => {
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [index, 1]))
    const start = performance.now()
    const { exitCode, stdout } = await cli(['inspect'], { input: tokenOfParts({ alg: 'ES256' }, many) })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('… and 59800 more, all of them in --json')
    expect(stdout.split('\n').length).toBeLessThan(300)
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it('looks inside an encrypted token with the key of its API', async () => {
    const as = await createTestIssuer({ encrypted: true })
    const input = await as.mint({ subject: 'alice', wrong: 'expired' })
    const path = temporaryFile('key.json', JSON.stringify(as.verifierOptions.decryption?.keys[0]))
    const { exitCode, stdout } = await cli(['inspect', '--decrypt', path], {
      input: await as.mint({ subject: 'alice' }),
    })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Inside: Signed token (JWS)')
    expect(stdout).toMatch(/sub +alice/)

    const other = await createTestIssuer({ encrypted: true })
    const wrong = temporaryFile('key.json', JSON.stringify({ keys: other.verifierOptions.decryption?.keys }))
    const refused = await cli(['inspect', '--decrypt', wrong], { input })
    expect(refused.exitCode).toBe(1)
    expect(refused.stdout).toContain('No key of the file decrypts it')
  })

  it('notices what only the inside tells: other claims than in the header, a second encrypted token', async () => {
    const as = await createTestIssuer({ encrypted: true })
    const [key] = as.verifierOptions.decryption?.keys ?? []
    const path = temporaryFile('key.json', JSON.stringify(key))
    const codes = async (input: string) => {
      const { stdout } = await cli(['inspect', '--json', '--decrypt', path], { input })
      const { token } = JSON.parse(stdout) as { token: { findings: readonly { code: string }[] } }
      return token.findings.map(({ code }) => code)
    }
    expect(await codes(await as.mint({ encryptionHeader: { aud: 'https://other.example' } }))).toContain(
      'claims_differ',
    )
    expect(await codes(await as.mint({ encryptionHeader: { aud: as.audience } }))).not.toContain('claims_differ')
    const publicKey = { ...key, d: undefined } as unknown as JWK
    const twice = await encryptToken(await as.mint(), { key: publicKey })
    expect(await codes(twice)).toContain('encrypted_twice')
  })

  it('shows claims that were encrypted without a signature, and says what that means', async () => {
    const as = await createTestIssuer({ encrypted: true })
    const path = temporaryFile('key.json', JSON.stringify(as.verifierOptions.decryption?.keys[0]))
    const { exitCode, stdout } = await cli(['inspect', '--decrypt', path], {
      input: await as.mint({ wrong: 'not_signed' }),
    })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('What is inside is not signed')
    expect(stdout).toMatch(/sub +test-user/)
  })

  it('refuses a private key that others can read', async () => {
    const as = await createTestIssuer({ encrypted: true })
    const path = temporaryFile('key.json', JSON.stringify(as.verifierOptions.decryption?.keys[0]), 0o644)
    const { exitCode, stderr } = await cli(['inspect', '--decrypt', path], { input: await as.mint() })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('can be read by others (mode 644)')
    expect(stderr.replaceAll(/\s/g, '')).toContain(`chmod600${path}`)
  })

  it.each([
    ['is not there', undefined, 'There is no such file.'],
    ['is no JSON', 'secret text', 'has no JWK and no JWK Set'],
    ['is PEM', '-----BEGIN PUBLIC KEY-----', 'It is PEM'],
    ['is a public key', '{"kty":"EC"}', 'has public keys only'],
  ])('LOG-1: says what is wrong with a key file that %s, and nothing of what is in it', async (_, text, message) => {
    const as = await createTestIssuer({ encrypted: true })
    const path = text === undefined ? 'missing.json' : temporaryFile('key.json', text)
    const { exitCode, stdout, stderr } = await cli(['inspect', '--decrypt', path], { input: await as.mint() })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message)
    expect(stderr).not.toContain('secret text')
  })
})
