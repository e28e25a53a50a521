import { createCipheriv, generateKeyPairSync, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createVerifier, type DecryptionKeyInput } from '../index.ts'
import { audience, codeOf, encrypt, goodClaims, issuer, makeKey, type Members, mint } from '../mint.test.support.ts'

// The form of a JWE, through a verifier.

const key = makeKey('ES256')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const secrets = { dir: randomBytes(32), A128KW: randomBytes(16), A256KW: randomBytes(32), A128GCMKW: randomBytes(16) }

const verifierFor = (keys: readonly DecryptionKeyInput[]) =>
  createVerifier({ issuer, audience, jwks: { keys: [key.publicJwk] }, decryption: { keys } })

interface Case {
  readonly alg: string
  readonly encryptWith: KeyObject | Uint8Array
  readonly decryptWith: DecryptionKeyInput
}

const cases: readonly Case[] = [
  ...Object.entries(secrets).map(([alg, secret]) => ({
    alg,
    encryptWith: secret,
    decryptWith: { key: secret, algorithm: alg as 'dir' },
  })),
  ...(['ECDH-ES', 'ECDH-ES+A256KW'] as const).map((algorithm) => ({
    alg: algorithm,
    encryptWith: ec.publicKey,
    decryptWith: { key: ec.privateKey, algorithm },
  })),
  { alg: 'RSA-OAEP-256', encryptWith: rsa.publicKey, decryptWith: { key: rsa.privateKey, algorithm: 'RSA-OAEP-256' } },
]

const segmentsOf = async ({ encryptWith, alg }: Case, header: Members = {}) =>
  (await encrypt(await mint(key), encryptWith, { alg, ...header } as never)).split('.')

const bytes = (length: number) => randomBytes(length).toString('base64url')
const headerOf = (segments: readonly string[]) =>
  JSON.parse(Buffer.from(segments[0]!, 'base64url').toString()) as Members
const withHeader = (segments: readonly string[], members: Members) =>
  segments.with(0, Buffer.from(JSON.stringify({ ...headerOf(segments), ...members })).toString('base64url'))

describe.each(cases)('a JWE with $alg', (one) => {
  const verifier = verifierFor([one.decryptWith])
  const verdictOn = (segments: readonly string[]) => codeOf(verifier.verify(segments.join('.')))

  it('JWE-1: is accepted with the alg of its key alone', async () => {
    const segments = await segmentsOf(one)
    expect(await verdictOn(segments)).toBe('accepted')
    for (const { alg } of cases) {
      if (alg !== one.alg) expect(await verdictOn(withHeader(segments, { alg })), alg).toBe('algorithm_refused')
    }
    for (const alg of [
      'RSA1_5',
      'PBES2-HS256+A128KW',
      'none',
      'ES256',
      `${one.alg} `,
      one.alg.toLowerCase().replace('dir', 'Dir'),
      '',
      'constructor',
    ]) {
      expect(await verdictOn(withHeader(segments, { alg, p2c: 1_000_000, p2s: 'AAAA' }))).toBe('algorithm_refused')
    }
  })

  it('JWE-1: is accepted with an enc that is in the list alone', async () => {
    const segments = await segmentsOf(one)
    for (const enc of ['A256CBC', 'a256gcm', 'A256GCMKW', 'XC20P', '', 'constructor']) {
      expect(await verdictOn(withHeader(segments, { enc }))).toBe('algorithm_refused')
    }
    for (const enc of [undefined, null, 7, ['A256GCM']]) {
      expect(await verdictOn(withHeader(segments, { enc }))).toBe('token_malformed')
    }
    const narrow = createVerifier({
      issuer,
      audience,
      jwks: { keys: [key.publicJwk] },
      decryption: { keys: [one.decryptWith], contentEncryption: ['A256CBC-HS512', 'A128CBC-HS256'] },
    })
    expect(await codeOf(narrow.verify(segments.join('.')))).toBe('algorithm_refused')
  })

  it.each(['DEF', 'def', 'GZIP', '', null, false, 0, []])('JWE-2: is refused with the zip %j', async (zip) => {
    expect(await verdictOn(withHeader(await segmentsOf(one), { zip }))).toBe('algorithm_refused')
  })

  it('JWE-3: has an encrypted key of the right length, or none', async () => {
    const segments = await segmentsOf(one)
    const right = Buffer.from(segments[1]!, 'base64url').length
    expect(right).toBe({ dir: 0, 'ECDH-ES': 0, A128GCMKW: 32, 'RSA-OAEP-256': 256 }[one.alg] ?? 40)
    for (const length of [0, 1, 16, 24, 32, 40, 48, right - 8, right - 1, right + 1, right + 8, 255, 256, 257, 1000]) {
      if (length < 0 || length === right) continue
      const verdict = await verdictOn(segments.with(1, bytes(length)))
      // Of RSA only the key that is meant says how long it has to be.
      expect(verdict, `${length}`).toBe(
        one.alg.startsWith('RSA') && length > 0 ? 'decryption_failed' : 'token_malformed',
      )
    }
    expect(await verdictOn(segments)).toBe('accepted')
  })

  it('JOSE-2: has canonical base64url in every segment', async () => {
    const segments = await segmentsOf(one)
    for (const [index, segment] of segments.entries()) {
      for (const changed of [
        `${segment}=`,
        ` ${segment}`,
        `${segment}\n`,
        `${segment}+`,
        `${segment}A`.padEnd(5, 'A'),
      ]) {
        const verdict = await verdictOn(segments.with(index, changed))
        expect(['token_malformed', 'decryption_failed']).toContain(verdict)
        if (!changed.endsWith('A')) expect(verdict).toBe('token_malformed')
      }
    }
  })
})

describe.each([
  ['A128GCM', 12, 16, 16, 1],
  ['A192GCM', 12, 16, 24, 1],
  ['A256GCM', 12, 16, 32, 1],
  ['A128CBC-HS256', 16, 16, 32, 16],
  ['A192CBC-HS384', 16, 24, 48, 16],
  ['A256CBC-HS512', 16, 32, 64, 16],
] as const)('content encryption with %s', (enc, ivLength, tagLength, keyLength, blockLength) => {
  const secret = randomBytes(keyLength)
  const verifier = verifierFor([{ key: secret, algorithm: 'dir' }])
  const verdictOn = (segments: readonly string[]) => codeOf(verifier.verify(segments.join('.')))
  const one = { alg: 'dir', encryptWith: secret, decryptWith: { key: secret, algorithm: 'dir' } } as const

  it('JWE-4: has an IV of exactly its length', async () => {
    const segments = await segmentsOf(one, { enc })
    expect(await verdictOn(segments)).toBe('accepted')
    for (const length of [0, 1, 8, 11, 12, 13, 15, 16, 17, 32, 1000].filter((other) => other !== ivLength)) {
      expect(await verdictOn(segments.with(2, bytes(length))), `${length}`).toBe('token_malformed')
    }
    expect(await verdictOn(segments.with(2, bytes(ivLength)))).toBe('decryption_failed')
  })

  it('JWE-4: has a tag of exactly its length, and no part of the right one', async () => {
    const segments = await segmentsOf(one, { enc })
    const tag = Buffer.from(segments[4]!, 'base64url')
    for (let length = 0; length < tagLength; length++) {
      const cut = tag.subarray(0, length).toString('base64url')
      expect(await verdictOn(segments.with(4, cut)), `${length}`).toBe('token_malformed')
    }
    const longer = Buffer.concat([tag, Buffer.of(0)]).toString('base64url')
    expect(await verdictOn(segments.with(4, longer))).toBe('token_malformed')
  })

  it('JWE-4: has a ciphertext of whole blocks', async () => {
    const segments = await segmentsOf(one, { enc })
    const ciphertext = Buffer.from(segments[3]!, 'base64url')
    expect(await verdictOn(segments.with(3, ''))).toBe('token_malformed')
    const cut = ciphertext.subarray(0, -1).toString('base64url')
    expect(await verdictOn(segments.with(3, cut))).toBe(blockLength === 1 ? 'decryption_failed' : 'token_malformed')
    const block = ciphertext.subarray(0, -blockLength).toString('base64url')
    expect(await verdictOn(segments.with(3, block))).toBe('decryption_failed')
  })

  it('JWE-4: has a key of exactly its length', async () => {
    const segments = await segmentsOf(one, { enc })
    for (const other of ['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512']) {
      if (other !== enc) expect(await verdictOn(withHeader(segments, { enc: other }))).not.toBe('accepted')
    }
    for (const wrong of [0, 1, keyLength - 1, keyLength + 1, keyLength - 8, keyLength + 8, 2 * keyLength]) {
      const encryptedKey = publicEncrypt({ key: rsa.publicKey, oaepHash: 'sha256' }, randomBytes(wrong))
      const jwe = withHeader(segments, { alg: 'RSA-OAEP-256' }).with(1, encryptedKey.toString('base64url'))
      const withRsa = verifierFor([{ key: rsa.privateKey, algorithm: 'RSA-OAEP-256' }])
      expect(await codeOf(withRsa.verify(jwe.join('.')))).toBe('decryption_failed')
    }
  })
})

describe('a wrapped key', () => {
  it('JWE-4: is refused when it was wrapped well and is not as long as the enc needs', async () => {
    const one = cases.find(({ alg }) => alg === 'A256KW')!
    const segments = await segmentsOf(one)
    for (const length of [16, 24, 40, 48, 64]) {
      const cipher = createCipheriv('aes256-wrap', secrets.A256KW, Buffer.alloc(8, 0xa6))
      const wrapped = Buffer.concat([cipher.update(randomBytes(length)), cipher.final()]).toString('base64url')
      expect(await codeOf(verifierFor([one.decryptWith]).verify(segments.with(1, wrapped).join('.')))).toBe(
        'token_malformed',
      )
    }
  })

  it.each(['iv', 'tag'])('JWE-4: has its own %s in the header, of exactly its length', async (name) => {
    const one = cases.find(({ alg }) => alg === 'A128GCMKW')!
    const segments = await segmentsOf(one)
    const verdictOn = (value: unknown) =>
      codeOf(verifierFor([one.decryptWith]).verify(withHeader(segments, { [name]: value }).join('.')))
    const right = Buffer.from(headerOf(segments)[name] as string, 'base64url')
    for (let length = 0; length < right.length; length++) {
      expect(await verdictOn(right.subarray(0, length).toString('base64url'))).toBe('token_malformed')
    }
    for (const value of [undefined, null, 7, [...right], `${right.toString('base64url')}=`, bytes(right.length + 1)]) {
      expect(await verdictOn(value)).toBe('token_malformed')
    }
    expect(await verdictOn(bytes(right.length))).toBe('decryption_failed')
  })
})

describe('what is inside', () => {
  const verifier = verifierFor([{ key: secrets.dir, algorithm: 'dir' }])
  const verdictOn = async (plaintext: string | Members) =>
    codeOf(verifier.verify(await encrypt(plaintext, secrets.dir)))

  it('JWE-7: is a JWS, and neither claims, a JWE, nor anything else', async () => {
    const signed = await mint(key)
    expect(await verdictOn(signed)).toBe('accepted')
    for (const claims of [goodClaims(), {}, goodClaims({ iss: 'x' }), goodClaims({ exp: 1 })]) {
      expect(await verdictOn(claims)).toBe('not_signed')
    }
    const nested = await encrypt(signed, secrets.dir)
    for (const content of [
      nested,
      `${signed}.`,
      `${signed} `,
      ` ${signed}`,
      JSON.stringify(signed),
      'x',
      '[]',
      '"x"',
      'é',
    ]) {
      expect(await verdictOn(content), content).toBe('token_malformed')
    }
  })

  it('JWE-7: is refused unsigned also where its alg says so', async () => {
    const [, payload] = (await mint(key)).split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    expect(await verdictOn(`${none}.${payload}.`)).toBe('algorithm_refused')
  })

  it('JWE-7: is no claims set by an asymmetric key, whatever the options', () => {
    for (const keys of [
      [{ key: rsa.privateKey, algorithm: 'RSA-OAEP-256' }],
      [
        { key: secrets.dir, algorithm: 'dir' },
        { key: ec.privateKey, algorithm: 'ECDH-ES' },
      ],
    ] as const) {
      const decryption = { keys, acceptUnsigned: true }
      expect(() => createVerifier({ issuer, audience, jwks: { keys: [key.publicJwk] }, decryption })).toThrow(
        expect.objectContaining({ name: 'ConfigurationError', option: 'decryption.acceptUnsigned' }),
      )
    }
  })

  it.each(['iss', 'sub', 'aud'])('JWE-9: has the %s that its header repeats', async (name) => {
    const value = { iss: issuer, sub: 'user-1', aud: audience }[name]
    const verdictOnHeader = async (replicated: unknown) =>
      codeOf(verifier.verify(await encrypt(await mint(key), secrets.dir, { [name]: replicated })))
    expect(await verdictOnHeader(value)).toBe('accepted')
    for (const other of ['x', `${value}/`, '', null, 7, [value], { a: 1 }]) {
      expect(await verdictOnHeader(other)).toBe('claim_invalid')
    }
  })

  it('JWE-9: has a list of audiences as its header repeats it', async () => {
    const signed = await mint(key, goodClaims({ aud: ['x', audience] }))
    for (const [aud, verdict] of [
      [['x', audience], 'accepted'],
      [[audience, 'x'], 'claim_invalid'],
      [[audience], 'claim_invalid'],
      [audience, 'claim_invalid'],
    ] as const) {
      expect(await codeOf(verifier.verify(await encrypt(signed, secrets.dir, { aud } as never)))).toBe(verdict)
    }
  })
})
