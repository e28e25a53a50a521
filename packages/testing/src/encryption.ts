import { createPublicKey } from 'node:crypto'
import {
  type AgreementCurve,
  type ContentEncryption,
  encryptToken,
  generateDecryptionKey,
  type JWK,
  type KeyManagementAlgorithm,
} from '@sallyport/issuer'
import { checkOptions } from './checks.ts'
import type { Members } from './draft.ts'

/** How a test issuer encrypts. */
export interface TestEncryptionOptions {
  /** Key management. Default `ECDH-ES+A256KW`. */
  readonly alg?: KeyManagementAlgorithm | undefined
  /** Content encryption. Default `A256GCM`. */
  readonly enc?: ContentEncryption | undefined
  /** Curve, for ECDH-ES. Default `P-256`. */
  readonly crv?: AgreementCurve | undefined
}

/** Encrypts for the API under test. */
export interface TestEncryption {
  /** The API's private or secret key, with `kid` and `alg`, as a verifier takes it. */
  readonly verifierOptions: { readonly decryption: { readonly keys: readonly JWK[] } }
  encrypt(token: string, header?: Members): Promise<string>
  /** Encrypts for another key, and names the API's. */
  encryptForStranger(token: string, header?: Members): Promise<string>
}

export async function createEncryption(options: TestEncryptionOptions): Promise<TestEncryption> {
  checkOptions(options, ['alg', 'enc', 'crv'])
  const { alg, enc, crv } = options
  const decryptionKey = await generateDecryptionKey(alg, { enc, crv })
  const { kid } = decryptionKey
  return {
    verifierOptions: { decryption: { keys: [decryptionKey] } },
    encrypt: (token, header) => encryptToken(token, { key: sharedPart(decryptionKey), enc, kid }, header),
    encryptForStranger: async (token, header) =>
      encryptToken(token, { key: sharedPart(await generateDecryptionKey(alg, { enc, crv })), enc, kid }, header),
  }
}

/** What an issuer has of the API's key: the public half, or the secret itself. */
function sharedPart(jwk: JWK): JWK {
  if (jwk.kty === 'oct') return jwk
  const material = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' }) as JWK
  return { ...material, ...(jwk.alg !== undefined && { alg: jwk.alg }), use: 'enc' }
}
