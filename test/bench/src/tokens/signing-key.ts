import {
  constants,
  createSecretKey,
  createHmac,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'
import { isSecretAlgorithm, type SignatureAlgorithm } from '../situation.ts'

const signOffMainThread = promisify(
  (hash: string | null, input: Buffer, key: Parameters<typeof sign>[2], done: (e: Error | null, s?: Buffer) => void) =>
    sign(hash, input, key as KeyObject, done as (error: Error | null, signature: Buffer) => void),
)

/** A key that signs, and what verifies its signatures. */
export interface SigningKey {
  readonly alg: SignatureAlgorithm
  readonly kid: string
  readonly verificationKey: JsonWebKey
  sign(input: Buffer): Promise<Buffer>
}

/** Makes a key. RSA has 2048 bits, as most authorization servers have. */
export function makeSigningKey(alg: SignatureAlgorithm): SigningKey {
  const kid = `${alg.toLowerCase()}-2026-11`
  const hash = alg === 'EdDSA' ? null : `sha${alg.slice(2)}`
  if (isSecretAlgorithm(alg)) {
    const secret = createSecretKey(randomBytes(64))
    return {
      alg,
      kid,
      verificationKey: secret.export({ format: 'jwk' }),
      sign: async (input) =>
        createHmac(hash ?? '', secret)
          .update(input)
          .digest(),
    }
  }
  const { privateKey, publicKey } = makePair(alg)
  const key = signatureInput(alg, privateKey)
  return {
    alg,
    kid,
    verificationKey: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
    sign: async (input) => (await signOffMainThread(hash, input, key)) ?? Buffer.alloc(0),
  }
}

function makePair(alg: SignatureAlgorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519')
  const namedCurve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg as string]
  return namedCurve === undefined
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve })
}

function signatureInput(alg: SignatureAlgorithm, key: KeyObject): Parameters<typeof sign>[2] {
  if (alg.startsWith('ES')) return { key, dsaEncoding: 'ieee-p1363' }
  if (!alg.startsWith('PS')) return key
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}
