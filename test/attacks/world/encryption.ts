import {
  createCipheriv,
  createHmac,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { type CompactJWEHeaderParameters, CompactEncrypt } from 'jose'
import { type Members, segment } from './compact.ts'

/** The API's decryption keys, each bound to one algorithm. */
export const decryptionKeys = {
  'RSA-OAEP-256': makePair('RSA-OAEP-256', generateKeyPairSync('rsa', { modulusLength: 2048 })),
  'ECDH-ES': makePair('ECDH-ES', makeOddPair()),
  'ECDH-ES+A256KW': makePair('ECDH-ES+A256KW', generateKeyPairSync('x25519')),
} as const

/** The secrets that the API shares with its issuer, one for each content encryption. */
const directSecrets = { A256GCM: randomBytes(32), 'A256CBC-HS512': randomBytes(64) } as const

type KeyPairName = keyof typeof decryptionKeys

interface Pair {
  readonly publicKey: KeyObject
  readonly privateJwk: JsonWebKey & { readonly kid: string; readonly alg: string }
}

/** With an odd private key an invalid point of order 2 would be worth an attack: the secret is the point itself. */
function makeOddPair() {
  for (;;) {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { d = '' } = pair.privateKey.export({ format: 'jwk' })
    if ((Buffer.from(d, 'base64url').at(-1) ?? 0) % 2 === 1) return pair
  }
}

function makePair(alg: string, { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): Pair {
  return { publicKey, privateJwk: { ...privateKey.export({ format: 'jwk' }), kid: alg, alg } }
}

/** All of the API's decryption keys, as its options take them. */
export function decryptionOptions() {
  return {
    keys: [
      ...Object.values(decryptionKeys).map(({ privateJwk }) => privateJwk as { readonly kty: string }),
      { kty: 'oct', alg: 'dir', kid: 'A256GCM', k: directSecrets.A256GCM.toString('base64url') },
      { kty: 'oct', alg: 'dir', kid: 'A256CBC-HS512', k: directSecrets['A256CBC-HS512'].toString('base64url') },
    ],
  }
}

/** Encrypts for a public key of the API, as anybody can. */
export function encryptFor(
  alg: KeyPairName,
  plaintext: string,
  header: Partial<CompactJWEHeaderParameters> = {},
): Promise<string> {
  return new CompactEncrypt(Buffer.from(plaintext))
    .setProtectedHeader({ alg, enc: 'A256GCM', cty: 'JWT', kid: alg, ...header })
    .encrypt(decryptionKeys[alg].publicKey)
}

/** The header of a token that is encrypted with the shared secret for A256GCM. */
export const directHeader = { alg: 'dir', enc: 'A256GCM', cty: 'JWT', kid: 'A256GCM' } as const

/** Encrypts with a shared secret (RFC 7518 §4.5, §5.3) whatever the header says. */
export function encryptDirectly(
  plaintext: string | Buffer,
  header: Members = directHeader,
  secret: Buffer = directSecrets.A256GCM,
): string {
  const protectedHeader = segment(header)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(protectedHeader))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return [protectedHeader, '', segment(iv), segment(ciphertext), segment(cipher.getAuthTag())].join('.')
}

/** As `encryptDirectly`, with A256CBC-HS512 (RFC 7518 §5.2.2). */
export function encryptWithCbc(plaintext: string): string {
  const protectedHeader = segment({ alg: 'dir', enc: 'A256CBC-HS512', cty: 'JWT', kid: 'A256CBC-HS512' })
  const secret = directSecrets['A256CBC-HS512']
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', secret.subarray(32), iv)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const length = Buffer.alloc(8)
  length.writeBigUInt64BE(BigInt(protectedHeader.length * 8))
  const mac = createHmac('sha512', secret.subarray(0, 32)).update(protectedHeader).update(iv)
  const tag = mac.update(ciphertext).update(length).digest().subarray(0, 32)
  return [protectedHeader, '', segment(iv), segment(ciphertext), segment(tag)].join('.')
}
