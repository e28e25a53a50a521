import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createVerifier } from '../index.ts'
import { audience, codeOf, goodClaims, issuer, makeKey, type SigningKey } from '../mint.test.support.ts'

const places = ['main-thread', 'thread-pool'] as const

const verifiersFor = ({ publicJwk, alg }: SigningKey) =>
  places.map((verifyOn) => {
    const options = { issuer, audience, jwks: { keys: [publicJwk] }, algorithms: [alg], verifyOn }
    return createVerifier(options as never)
  })

function inputFor({ alg, kid }: SigningKey): string {
  const header = Buffer.from(JSON.stringify({ alg, kid })).toString('base64url')
  return `${header}.${Buffer.from(JSON.stringify(goodClaims())).toString('base64url')}`
}

/** The verdicts on a signature, of a verifier on each thread. */
async function verdictOn(key: SigningKey, input: string, signature: Buffer): Promise<string> {
  const token = `${input}.${signature.toString('base64url')}`
  const verdicts = await Promise.all(verifiersFor(key).map((verifier) => codeOf(verifier.verify(token))))
  expect(new Set(verdicts).size).toBe(1)
  return verdicts[0]!
}

/** The order of the group of each curve. */
const orders = {
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ES384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ES512:
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  ES256K: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
} as const

describe.each(['ES256', 'ES384', 'ES512', 'ES256K'] as const)('a signature by %s', (alg) => {
  const key = makeKey(alg)
  const input = inputFor(key)
  const hash = { ES256: 'sha256', ES384: 'sha384', ES512: 'sha512', ES256K: 'sha256' }[alg]
  const length = { ES256: 32, ES384: 48, ES512: 66, ES256K: 32 }[alg]
  const signature = sign(hash, Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
  const [r, s] = [signature.subarray(0, length), signature.subarray(length)]
  const number = (value: bigint) => Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex')

  it('JOSE-10: is of exactly two coordinates', async () => {
    expect(await verdictOn(key, input, signature)).toBe('accepted')
    const zero = Buffer.of(0)
    for (const other of [
      Buffer.alloc(0),
      zero,
      r,
      s,
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([zero, signature]),
      Buffer.concat([signature, zero]),
      Buffer.concat([zero, r, zero, s]),
      Buffer.concat([signature, signature]),
      Buffer.concat([signature, Buffer.alloc(1000)]),
    ]) {
      expect(await verdictOn(key, input, other), other.toString('hex')).toBe('signature_invalid')
    }
  })

  it('JOSE-10: is not DER', async () => {
    for (let round = 0; round < 4; round++) {
      const der = sign(hash, Buffer.from(input), key.privateKey)
      expect(der[0]).toBe(0x30)
      expect(await verdictOn(key, input, der)).toBe('signature_invalid')
      // Also where zeros make it as long as it should be.
      const padded = Buffer.concat([der, Buffer.alloc(2 * length)]).subarray(0, 2 * length)
      expect(await verdictOn(key, input, padded)).toBe('signature_invalid')
    }
  })

  it('JOSE-10: has neither r nor s of zero, nor of the order or more', async () => {
    const n = orders[alg]
    const greatest = 2n ** BigInt(8 * length) - 1n
    const bad = [0n, n, n + 1n, greatest].map(number)
    for (const one of bad) {
      for (const [left, right] of [[one, s], [r, one], ...bad.map((other) => [one, other])] as [Buffer, Buffer][]) {
        expect(await verdictOn(key, input, Buffer.concat([left, right]))).toBe('signature_invalid')
      }
    }
  })

  it('JOSE-10: of r and s swapped, of one, and of another token is invalid', async () => {
    const one = number(1n)
    const other = sign(hash, Buffer.from(`${input}A`), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
    for (const bad of [Buffer.concat([s, r]), Buffer.concat([one, one]), Buffer.concat([r, one]), other]) {
      expect(await verdictOn(key, input, bad)).toBe('signature_invalid')
    }
  })
})

describe.each(['EdDSA', 'Ed25519'])('a signature by %s', (alg) => {
  const key = makeKey(alg)
  const input = inputFor(key)
  const signature = sign(null, Buffer.from(input), key.privateKey)

  it('JOSE-10: is of exactly 64 bytes', async () => {
    expect(await verdictOn(key, input, signature)).toBe('accepted')
    for (const bad of [
      Buffer.alloc(0),
      Buffer.alloc(64),
      signature.subarray(1),
      signature.subarray(0, 63),
      Buffer.concat([signature, Buffer.of(0)]),
      Buffer.concat([signature, signature]),
    ]) {
      expect(await verdictOn(key, input, bad)).toBe('signature_invalid')
    }
  })

  it('JOSE-10: has an S below the order, so that there is no second one', async () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`)
    const twin = Buffer.from((s + order).toString(16).padStart(64, '0'), 'hex').reverse()
    expect(await verdictOn(key, input, Buffer.concat([signature.subarray(0, 32), twin]))).toBe('signature_invalid')
  })
})

/** Its length is not a multiple of eight bits: the modulus has a byte that is not full. */
const pair = generateKeyPairSync('rsa', { modulusLength: 2052 })

function rsaKey(alg: string): SigningKey {
  const publicJwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'k', alg, use: 'sig' }
  return { alg, kid: 'k', privateKey: pair.privateKey, publicJwk }
}

describe.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])('a signature by %s', (alg) => {
  const key = rsaKey(alg)
  const input = inputFor(key)
  const hash = `sha${alg.slice(2)}`
  const padding = alg.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
  const signature = sign(hash, Buffer.from(input), { key: pair.privateKey, padding, saltLength })

  it('JOSE-10: is exactly as long as the modulus', async () => {
    expect(signature).toHaveLength(257)
    expect(await verdictOn(key, input, signature)).toBe('accepted')
    const zero = Buffer.of(0)
    for (const bad of [
      Buffer.alloc(0),
      Buffer.alloc(257),
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([zero, signature]),
      Buffer.concat([signature, zero]),
    ]) {
      expect(await verdictOn(key, input, bad)).toBe('signature_invalid')
    }
  })

  it('JOSE-10: is below the modulus', async () => {
    const n = BigInt(`0x${Buffer.from(key.publicJwk.n!, 'base64url').toString('hex')}`)
    const s = BigInt(`0x${signature.toString('hex')}`)
    for (const value of [s + n, n, n - 1n, 1n]) {
      const bad = Buffer.from(value.toString(16).padStart(514, '0'), 'hex')
      expect(await verdictOn(key, input, bad)).toBe('signature_invalid')
    }
  })

  it('JOSE-5: is of its own padding and hash', async () => {
    const other = alg.startsWith('PS') ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_PSS_PADDING
    expect(await verdictOn(key, input, sign(hash, Buffer.from(input), { key: pair.privateKey, padding: other }))).toBe(
      'signature_invalid',
    )
    for (const otherHash of ['sha1', 'sha256', 'sha384', 'sha512'].filter((name) => name !== hash)) {
      const bad = sign(otherHash, Buffer.from(input), { key: pair.privateKey, padding, saltLength })
      expect(await verdictOn(key, input, bad)).toBe('signature_invalid')
    }
  })
})

describe.each(['PS256', 'PS384', 'PS512'])('a signature by %s', (alg) => {
  it('JOSE-16: has a salt as long as the hash, and no other', async () => {
    const key = rsaKey(alg)
    const input = inputFor(key)
    const hashLength = Number(alg.slice(2)) / 8
    const verdictOnSalt = (saltLength: number) => {
      const options = { key: pair.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
      return verdictOn(key, input, sign(`sha${alg.slice(2)}`, Buffer.from(input), options))
    }
    expect(await verdictOnSalt(hashLength)).toBe('accepted')
    for (const other of [0, 1, 20, hashLength - 1, hashLength + 1, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
      expect(await verdictOnSalt(other), `${other}`).toBe('signature_invalid')
    }
  })
})
