import {
  createSigner,
  generateDecryptionKey,
  generateSigningKey,
  type JWK,
  type KeyManagementAlgorithm,
  type SigningAlgorithm,
} from '@sallyport/issuer'

export const signingAlgorithms = [
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
] as const satisfies readonly SigningAlgorithm[]

export const encryptionAlgorithms = [
  'ECDH-ES+A256KW',
  'ECDH-ES+A192KW',
  'ECDH-ES+A128KW',
  'ECDH-ES',
  'RSA-OAEP-256',
  'RSA-OAEP-384',
  'RSA-OAEP-512',
  'RSA-OAEP',
  'A256GCMKW',
  'A192GCMKW',
  'A128GCMKW',
  'A256KW',
  'A192KW',
  'A128KW',
  'dir',
] as const satisfies readonly KeyManagementAlgorithm[]

/** What a key can be for. */
export type KeyAlgorithm = (typeof signingAlgorithms)[number] | (typeof encryptionAlgorithms)[number]

/** A new key: its private or secret half, and what may be published of it. */
export interface NewKey {
  readonly privateJwk: JWK
  /** `undefined` for a shared secret. */
  readonly publicJwk: JWK | undefined
}

export async function makeKey(algorithm: KeyAlgorithm): Promise<NewKey> {
  if (isForSigning(algorithm)) {
    const privateJwk = await generateSigningKey(algorithm)
    return { privateJwk, publicJwk: (await createSigner(privateJwk)).publicJwk }
  }
  const privateJwk = await generateDecryptionKey(algorithm)
  return { privateJwk, publicJwk: privateJwk.kty === 'oct' ? undefined : publicHalf(privateJwk) }
}

export function isForSigning(algorithm: string): algorithm is (typeof signingAlgorithms)[number] {
  return signingAlgorithms.some((name) => name === algorithm)
}

/** ISSUER-4: what is not known to be public stays out. */
function publicHalf({ kty, crv, x, y, n, e, kid, alg, use }: JWK): JWK {
  const members = Object.entries({ kty, crv, x, y, n, e, kid, alg, use })
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as unknown as JWK
}
