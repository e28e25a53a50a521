import { readFileSync } from 'node:fs'
import { compactDecrypt, compactVerify, createLocalJWKSet, importJWK, type JSONWebKeySet, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { parseHeader, splitToken } from './compact/index.ts'
import { ConfigurationError } from './configuration-error.ts'
import { AccessTokenError, errorCodes } from './error.ts'
import { createDecryption, decryptJwe } from './jwe/index.ts'
import { audience, issuer, type Members } from './mint.test.support.ts'
import { createVerifier, type VerifierOptions } from './index.ts'
import { verifyJws } from './verify-jws.test.support.ts'
import { deviations, type VectorFile } from './wycheproof-deviations.test.support.ts'

interface Test {
  readonly tcId: number
  readonly comment: string
  readonly result: 'valid' | 'invalid'
  /** JSON serialization is an object, or its text. */
  readonly jws?: unknown
  readonly jwe?: unknown
  readonly pt?: string
}

type KeyOrSet = JWK | JSONWebKeySet

interface Vector extends Test {
  readonly file: VectorFile
  readonly key: KeyOrSet
  readonly token: unknown
}

const tokensIn = { signature: 401, encryption: 139, crypto: 83, key: 26 } as const

const vectors = (Object.keys(tokensIn) as VectorFile[]).flatMap((file): Vector[] => {
  const url = new URL(`../../../test/vectors/wycheproof/json_web_${file}_test.json`, import.meta.url)
  const { testGroups } = JSON.parse(readFileSync(url, 'utf8')) as {
    testGroups: { private: KeyOrSet; public?: KeyOrSet; tests: Test[] }[]
  }
  return testGroups.flatMap((group) =>
    group.tests.map((test) => {
      const isJws = 'jws' in test
      return { ...test, file, key: (isJws ? group.public : undefined) ?? group.private, token: test.jws ?? test.jwe }
    }),
  )
})

const deviationOf = ({ file, tcId }: Vector) => deviations.find((one) => one.file === file && one.tcIds.includes(tcId))

const isSet = (key: KeyOrSet): key is JSONWebKeySet => 'keys' in key

/** The key as an owner of an API would configure it. */
function keyOptions({ key }: Vector): Members {
  if (isSet(key)) return { jwks: key }
  if (key.kty === 'oct') return { secret: Buffer.from(key.k ?? '', 'base64url'), algorithm: key.alg }
  return { jwks: { keys: [key] } }
}

/** What the doors make of it: the payload or the plaintext. Both threads give one verdict. */
async function open(vector: Vector): Promise<Buffer> {
  const { key, token } = vector
  if ('jws' in vector) {
    const here = verifyJws({ ...keyOptions(vector), verifyOn: 'main-thread' }, token)
    const there = verifyJws({ ...keyOptions(vector), verifyOn: 'thread-pool' }, token)
    const [one, other] = await Promise.allSettled([here, there])
    expect(one).toEqual(other)
    return here
  }
  const decryption = createDecryption({ keys: [key as JWK] })
  const segments = typeof token === 'string' ? splitToken(token) : undefined
  if (segments?.length !== 5) throw new AccessTokenError('token_malformed')
  return decryptJwe(decryption, parseHeader(segments[0]!), segments)
}

/** What jose makes of it. */
async function openWithJose(vector: Vector): Promise<Buffer> {
  const token = vector.token as string
  if (!('jws' in vector))
    return Buffer.from((await compactDecrypt(token, await importJWK(vector.key as JWK))).plaintext)
  if (isSet(vector.key)) return Buffer.from((await compactVerify(token, createLocalJWKSet(vector.key))).payload)
  return Buffer.from((await compactVerify(token, await importJWK(vector.key))).payload)
}

/** Only errors of these two kinds are verdicts; any other fails the test. */
function refusalOf(error: unknown): 'invalid' {
  if (!(error instanceof ConfigurationError)) expect(error).toBeInstanceOf(AccessTokenError)
  return 'invalid'
}

const verdictOn = (vector: Vector) => open(vector).then(() => 'valid', refusalOf)

const name = (vector: Vector) => [`${vector.file} ${vector.tcId} ${vector.comment}`, vector] as const
const expected = (result: Test['result']) =>
  vectors.filter((one) => one.result === result && deviationOf(one) === undefined)

describe('Wycheproof', () => {
  it('is run as a whole', () => {
    expect(vectors).toHaveLength(649)
    for (const [file, count] of Object.entries(tokensIn)) {
      expect(vectors.filter((one) => one.file === file)).toHaveLength(count)
    }
  })

  it.each(expected('valid').map(name))('verifies or decrypts %s', async (_, vector) => {
    const content = await open(vector)
    if (vector.pt !== undefined) expect(content.toString('hex')).toBe(vector.pt)
    expect(content).toEqual(await openWithJose(vector))
  })

  it.each(expected('invalid').map(name))('refuses %s', async (_, vector) => {
    expect(await verdictOn(vector)).toBe('invalid')
  })
})

describe('the table of deviations', () => {
  it('names each vector once, gives a reason, and has no entry that is none', async () => {
    const listed = deviations.flatMap(({ file, tcIds }) => tcIds.map((tcId) => `${file} ${tcId}`))
    expect(new Set(listed).size).toBe(listed.length)
    for (const { reason } of deviations) expect(reason.length).toBeGreaterThan(20)
    const found = vectors.filter((vector) => deviationOf(vector) !== undefined)
    expect(found).toHaveLength(listed.length)
    for (const vector of found) expect(await verdictOn(vector), name(vector)[0]).not.toBe(vector.result)
  })

  it('has nothing that is laxer', () => {
    for (const vector of vectors) {
      const deviation = deviationOf(vector)
      if (deviation === undefined) continue
      if (deviation.kind === 'stricter') expect(vector.result).toBe('valid')
      // The vectors themselves call this very token with this very key valid.
      else {
        const twins = vectors.filter(({ token, key, result }) => {
          return token === vector.token && key === vector.key && result === 'valid'
        })
        expect(twins, name(vector)[0]).toHaveLength(1)
      }
    }
  })

  it('JOSE-5: takes the secrets of a key set when they are given by name', async () => {
    const refused = vectors.filter((vector) => deviationOf(vector)?.reason.includes('symmetric') === true)
    expect(refused).toHaveLength(5)
    for (const vector of refused) {
      const [key] = (vector.key as JSONWebKeySet).keys
      expect(await verdictOn({ ...vector, key: key! })).toBe('valid')
    }
  })
})

describe('a verifier', () => {
  it('lets no vector pass, as none has claims, and refuses each with a declared code', async () => {
    for (const vector of vectors) {
      const keys = 'jws' in vector ? keyOptions(vector) : { jwks: someKeys, decryption: { keys: [vector.key] } }
      const verified = Promise.resolve().then(() => {
        return createVerifier({ issuer, audience, ...keys } as VerifierOptions).verify(vector.token as string)
      })
      const error: unknown = await verified.catch((thrown: unknown) => thrown)
      if (error instanceof ConfigurationError) continue
      expect(error, name(vector)[0]).toBeInstanceOf(AccessTokenError)
      expect(errorCodes[(error as AccessTokenError).code].status).toBe(401)
    }
  })
})

/** RFC 8037 Appendix A.2: a verifier needs one, though it is for none of these tokens. */
const someKeys = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }] }
