import type { EncryptionForm, Situation, SignatureAlgorithm, TokenSet, WrongToken } from '../situation.ts'
import { accessTokenClaims, audience, issuer, subjectOf } from './claims.ts'
import { makeEncryptionKey, type TokenEncryption } from './encryption.ts'
import { makeSigningKey, type SigningKey } from './signing-key.ts'

/** An authorization server with one key, reduced to what a case needs. */
export interface TokenSource {
  readonly situation: Situation
  mint(count: number): Promise<TokenSet>
  mintWrong(): Promise<readonly WrongToken[]>
}

export interface TokenSourceOptions {
  readonly alg: SignatureAlgorithm
  readonly encryption?: EncryptionForm | undefined
  readonly repetition?: Situation['repetition'] | undefined
}

/** How many tokens are being signed at once: more than the thread pool has threads. */
const inFlight = 16

export function makeTokenSource({ alg, encryption, repetition = 'distinct' }: TokenSourceOptions): TokenSource {
  const key = makeSigningKey(alg)
  const encrypted = encryption && makeEncryptionKey(encryption)
  const mintOne = async (claims: object, signWith = key) => seal(await signToken(signWith, claims), encrypted)
  return {
    situation: {
      issuer,
      audience,
      alg,
      kid: key.kid,
      verificationKey: key.verificationKey,
      encryption: encrypted && encryption && { ...encryption, decryptionKey: encrypted.decryptionKey },
      repetition,
    },
    mint: async (count) => {
      const tokens = Array.from({ length: count }, () => '')
      const indexes = tokens.keys()
      const lane = async () => {
        for (const index of indexes) tokens[index] = await mintOne(accessTokenClaims(index))
      }
      await Promise.all(Array.from({ length: inFlight }, lane))
      return { tokens, subjects: tokens.map((_, index) => subjectOf(index)) }
    },
    mintWrong: async () => {
      const signed = await signToken(key, accessTokenClaims(0))
      return [
        { wrong: 'bad signature', token: await seal(withOtherSignature(signed), encrypted) },
        { wrong: 'forged payload', token: await seal(withOtherPayload(signed), encrypted) },
        { wrong: 'wrong key', token: await mintOne(accessTokenClaims(0), { ...makeSigningKey(alg), kid: key.kid }) },
        { wrong: 'wrong audience', token: await mintOne(accessTokenClaims(0, { aud: `${audience}.example` })) },
        { wrong: 'wrong issuer', token: await mintOne(accessTokenClaims(0, { iss: `${issuer}/` })) },
        { wrong: 'expired', token: await mintOne(accessTokenClaims(0, { exp: Math.floor(Date.now() / 1000) - 3600 })) },
      ]
    },
  }
}

async function signToken({ alg, kid, sign }: SigningKey, claims: object): Promise<string> {
  const input = `${encode({ alg, kid, typ: 'at+jwt' })}.${encode(claims)}`
  return `${input}.${(await sign(Buffer.from(input))).toString('base64url')}`
}

async function seal(token: string, encryption: TokenEncryption | undefined): Promise<string> {
  return encryption === undefined ? token : encryption.encrypt(token)
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Another signature of the same form: a bit in its middle is turned over. */
function withOtherSignature(token: string): string {
  const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
  const middle = signature.length >> 1
  signature.writeUInt8(signature.readUInt8(middle) ^ 1, middle)
  return `${token.slice(0, token.lastIndexOf('.'))}.${signature.toString('base64url')}`
}

/** Another subject under a known signature, as an attacker of a careless cache would try. */
function withOtherPayload(token: string): string {
  const [header, payload = '', signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  return `${header}.${encode({ ...claims, sub: 'administrator' })}.${signature}`
}
