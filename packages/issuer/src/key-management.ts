import { createSecretKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

const generatePair = promisify(generateKeyPair)

/** The six of RFC 7518 §5.1, each with the length of its key in bytes. */
export const contentKeyLengths = {
  A128GCM: 16,
  A192GCM: 24,
  A256GCM: 32,
  'A128CBC-HS256': 32,
  'A192CBC-HS384': 48,
  'A256CBC-HS512': 64,
} as const

/** A content encryption algorithm (`enc` of a JWE), by its registered name. */
export type ContentEncryption = keyof typeof contentKeyLengths

export const contentEncryptionNames = Object.keys(contentKeyLengths) as readonly ContentEncryption[]

const agreementCurves = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const

/** A curve that keys are agreed on (RFC 7518 §6.2.1.1, RFC 8037 §2). */
export type AgreementCurve = keyof typeof agreementCurves | 'X25519'

export const agreementCurveNames = [...Object.keys(agreementCurves), 'X25519'] as readonly AgreementCurve[]

/** Everything about one key management algorithm (RFC 7518 §4). */
interface KeyManagementEntry {
  /** Whether both sides have the same secret, of which nothing can be published. */
  readonly isSecret: boolean
  /** The key it needs, in words. */
  readonly takes: (enc: ContentEncryption) => string
  readonly fits: (key: KeyObject, enc: ContentEncryption) => boolean
  /** A new private or secret key. */
  readonly generate: (enc: ContentEncryption, curve: AgreementCurve) => Promise<KeyObject>
}

const secret = (length: (enc: ContentEncryption) => number): KeyManagementEntry => ({
  isSecret: true,
  takes: (enc) => `a secret of ${length(enc)} bytes`,
  fits: (key, enc) => key.type === 'secret' && key.symmetricKeySize === length(enc),
  generate: async (enc) => createSecretKey(randomBytes(length(enc))),
})

const rsa: KeyManagementEntry = {
  isSecret: false,
  takes: () => 'a public RSA key of 2048 to 8192 bits',
  fits: (key) => {
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
    return key.asymmetricKeyType === 'rsa' && modulusLength >= 2048 && modulusLength <= 8192
  },
  generate: async () => (await generatePair('rsa', { modulusLength: 2048 })).privateKey,
}

const agreement: KeyManagementEntry = {
  isSecret: false,
  takes: () => `a public key on ${agreementCurveNames.join(', ')}`,
  fits: ({ asymmetricKeyType, asymmetricKeyDetails }) =>
    asymmetricKeyType === 'x25519' ||
    Object.values<string | undefined>(agreementCurves).includes(asymmetricKeyDetails?.namedCurve),
  generate: async (_, curve) =>
    (await (curve === 'X25519' ? generatePair('x25519') : generatePair('ec', { namedCurve: agreementCurves[curve] })))
      .privateKey,
}

/** The one table of key management algorithms; RSA1_5 and PBES2 are not in it (RFC 8725 §3.2). */
export const keyManagementAlgorithms = {
  dir: secret((enc) => contentKeyLengths[enc]),
  A128KW: secret(() => 16),
  A192KW: secret(() => 24),
  A256KW: secret(() => 32),
  A128GCMKW: secret(() => 16),
  A192GCMKW: secret(() => 24),
  A256GCMKW: secret(() => 32),
  'RSA-OAEP': rsa,
  'RSA-OAEP-256': rsa,
  'RSA-OAEP-384': rsa,
  'RSA-OAEP-512': rsa,
  'ECDH-ES': agreement,
  'ECDH-ES+A128KW': agreement,
  'ECDH-ES+A192KW': agreement,
  'ECDH-ES+A256KW': agreement,
} as const satisfies Record<string, KeyManagementEntry>

/** A key management algorithm (`alg` of a JWE), by its registered name. */
export type KeyManagementAlgorithm = keyof typeof keyManagementAlgorithms

export const keyManagementNames = Object.keys(keyManagementAlgorithms) as readonly KeyManagementAlgorithm[]
