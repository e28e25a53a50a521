import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHeader, splitToken } from '../compact/index.ts'
import { AccessTokenError } from '../error.ts'
import {
  type ContentEncryption,
  createDecryption,
  type Decryption,
  decryptJwe,
  type KeyManagementAlgorithm,
} from './index.ts'

// Every algorithm with every content encryption and key type: encrypted by jose, decrypted here.

const contentKeyBytes: Readonly<Record<ContentEncryption, number>> = {
  A128GCM: 16,
  A192GCM: 24,
  A256GCM: 32,
  'A128CBC-HS256': 32,
  'A192CBC-HS384': 48,
  'A256CBC-HS512': 64,
}
const encryptions = Object.keys(contentKeyBytes) as ContentEncryption[]

interface Case {
  readonly name: string
  readonly alg: KeyManagementAlgorithm
  readonly enc: ContentEncryption
  readonly encryptWith: KeyObject | Uint8Array
  readonly decryptWith: KeyObject | Uint8Array
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const longRsa = generateKeyPairSync('rsa', { modulusLength: 3072 })
const ecdh = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  X25519: generateKeyPairSync('x25519'),
}

const cases: Case[] = encryptions.flatMap((enc) => {
  const secretCase = (alg: KeyManagementAlgorithm, length: number): Case => {
    const secret = randomBytes(length)
    return { name: `${alg} ${enc}`, alg, enc, encryptWith: secret, decryptWith: secret }
  }
  const pairCase = (alg: KeyManagementAlgorithm, pair: typeof rsa, type: string): Case => {
    return { name: `${alg} ${enc} ${type}`, alg, enc, encryptWith: pair.publicKey, decryptWith: pair.privateKey }
  }
  return [
    secretCase('dir', contentKeyBytes[enc]),
    ...([128, 192, 256] as const).flatMap((bits) => [
      secretCase(`A${bits}KW`, bits / 8),
      secretCase(`A${bits}GCMKW`, bits / 8),
    ]),
    ...(['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'] as const).flatMap((alg) => [
      pairCase(alg, rsa, '2048'),
      pairCase(alg, longRsa, '3072'),
    ]),
    ...(['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'] as const).flatMap((alg) =>
      Object.entries(ecdh).map(([curve, pair]) => pairCase(alg, pair, curve)),
    ),
  ]
})

const plaintext = randomBytes(301)

async function encrypt({ alg, enc, encryptWith }: Case): Promise<string> {
  const jwe = new CompactEncrypt(plaintext).setProtectedHeader({ alg, enc, cty: 'at+jwt' })
  if (alg.startsWith('ECDH-ES')) jwe.setKeyManagementParameters({ apu: Buffer.from('Alice'), apv: randomBytes(40) })
  return jwe.encrypt(encryptWith)
}

const decryptionFor = ({ alg, enc, decryptWith }: Case) =>
  createDecryption({ keys: [{ key: decryptWith, algorithm: alg }], contentEncryption: [enc] })

async function decrypt(decryption: Decryption, token: string): Promise<Buffer> {
  const segments = splitToken(token)
  if (segments?.length !== 5) throw new AccessTokenError('token_malformed')
  return decryptJwe(decryption, parseHeader(segments[0]!), segments)
}

function flip(segment: string): string {
  const bytes = Buffer.from(segment, 'base64url')
  const index = Math.floor(Math.random() * bytes.length)
  bytes.writeUInt8(bytes.readUInt8(index) ^ (1 << Math.floor(Math.random() * 8)), index)
  return bytes.toString('base64url')
}

function withMember(segment: string): string {
  const header = JSON.parse(Buffer.from(segment, 'base64url').toString()) as object
  return Buffer.from(JSON.stringify({ ...header, added: true })).toString('base64url')
}

describe('decryptJwe with jose as the oracle', () => {
  it.each(cases)('JWE-1: decrypts $name, and nothing that was changed', async (testCase) => {
    const decryption = decryptionFor(testCase)
    const token = await encrypt(testCase)
    expect(await decrypt(decryption, token)).toEqual(plaintext)

    const segments = token.split('.')
    for (const [index, segment] of segments.entries()) {
      const changed = index === 0 ? withMember(segment) : segment === '' ? 'AAAA' : flip(segment)
      const code = segment === '' ? 'token_malformed' : 'decryption_failed'
      await expect(decrypt(decryption, segments.with(index, changed).join('.'))).rejects.toMatchObject({ code })
    }
  })

  it('JWE-6: accepts no mutation that jose refuses, and then the same plaintext', async () => {
    const quick = cases.filter(({ name }) => !/3072|P-384|P-521/.test(name))
    const prepared = await Promise.all(
      quick.map(async (testCase) => ({
        testCase,
        decryption: decryptionFor(testCase),
        token: await encrypt(testCase),
      })),
    )
    const characters = fc.constantFrom(...Array.from('AQgw_-.=+/ \n{}"é'))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...prepared),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(2),
        fc.string({ unit: characters, maxLength: 3 }),
        async ({ testCase, decryption, token }, at, removed, inserted) => {
          const index = Math.floor(at * token.length)
          const mutated = token.slice(0, index) + inserted + token.slice(index + removed)
          const ours = await decrypt(decryption, mutated).catch((error: unknown) => error)
          if (ours instanceof AccessTokenError) return
          const theirs = await compactDecrypt(mutated, testCase.decryptWith)
          expect(ours).toEqual(Buffer.from(theirs.plaintext))
        },
      ),
      { numRuns: 1500 },
    )
  })
})
