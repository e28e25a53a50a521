import { type Finding, note, problem, warning } from './inspection.ts'

/** A signature algorithm, in words. */
interface SignatureWords {
  readonly words: string
  /** Length of its signatures in bytes, where the algorithm decides it. */
  readonly length?: number | undefined
  readonly finding?: Finding | undefined
}

const publicKey = 'only the private key can make it'

const sharedSecret = warning(
  'shared_secret',
  'Its signature is made with a shared secret (HMAC): whoever can check it can also issue tokens.',
  'Let the issuer sign with a private key: ES256, EdDSA or RS256.',
)
const byName = note('algorithm_by_name', 'Its algorithm is accepted only where a resource server names it.')

const rsa = (hash: string): SignatureWords => ({ words: `RSA (PKCS #1 v1.5) with ${hash}; ${publicKey}` })
const rsaPss = (hash: string): SignatureWords => ({ words: `RSA-PSS with ${hash}; ${publicKey}` })
const ecdsa = (curve: string, hash: string, length: number): SignatureWords => ({
  words: `ECDSA on ${curve} with ${hash}; ${publicKey}`,
  length,
})
const hmac = (hash: string, length: number): SignatureWords => ({
  words: `HMAC with ${hash}, a shared secret: whoever can check it can also make it`,
  length,
  finding: sharedSecret,
})
const mlDsa = (level: number, length: number): SignatureWords => ({
  words: `ML-DSA-${level}, made against quantum computers; ${publicKey}`,
  length,
  finding: byName,
})

/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 8812 §3.2, RFC 9864 §2.2, RFC 9964 §3. */
const signatures: ReadonlyMap<string, SignatureWords> = new Map([
  ['RS256', rsa('SHA-256')],
  ['RS384', rsa('SHA-384')],
  ['RS512', rsa('SHA-512')],
  ['PS256', rsaPss('SHA-256')],
  ['PS384', rsaPss('SHA-384')],
  ['PS512', rsaPss('SHA-512')],
  ['ES256', ecdsa('P-256', 'SHA-256', 64)],
  ['ES384', ecdsa('P-384', 'SHA-384', 96)],
  ['ES512', ecdsa('P-521', 'SHA-512', 132)],
  ['ES256K', { ...ecdsa('secp256k1', 'SHA-256', 64), finding: byName }],
  ['EdDSA', { words: `EdDSA, in practice Ed25519; ${publicKey}`, length: 64 }],
  ['Ed25519', { words: `EdDSA with Ed25519; ${publicKey}`, length: 64 }],
  ['HS256', hmac('SHA-256', 32)],
  ['HS384', hmac('SHA-384', 48)],
  ['HS512', hmac('SHA-512', 64)],
  ['ML-DSA-44', mlDsa(44, 2420)],
  ['ML-DSA-65', mlDsa(65, 3309)],
  ['ML-DSA-87', mlDsa(87, 4627)],
])

/** What a signature algorithm is; of one that is not accepted anywhere, why. */
export function signatureWords(alg: string): SignatureWords {
  const known = signatures.get(alg)
  if (known !== undefined) return known
  if (alg.toLowerCase() === 'none') {
    return {
      words: 'not signed at all: anybody can have written it',
      finding: problem('alg_none', 'It is not signed (alg none): anybody can write such a token.', 'Never accept it.'),
    }
  }
  const right = [...signatures.keys()].find((name) => name.toLowerCase() === alg.toLowerCase())
  const advice = right === undefined ? undefined : `Names of algorithms are compared by case: it is spelled ${right}.`
  return {
    words: 'a signature algorithm that is not known here',
    finding: problem('alg_unknown', 'Its signature algorithm is not one that Sallyport knows.', advice),
  }
}

/** A key management algorithm, in words (RFC 7518 §4.1). */
const keyManagement: ReadonlyMap<string, string> = new Map([
  ['dir', 'the shared secret encrypts the content directly'],
  ['A128KW', 'the content key is wrapped with a shared secret (AES key wrap, 128 bits)'],
  ['A192KW', 'the content key is wrapped with a shared secret (AES key wrap, 192 bits)'],
  ['A256KW', 'the content key is wrapped with a shared secret (AES key wrap, 256 bits)'],
  ['A128GCMKW', 'the content key is wrapped with a shared secret (AES-GCM, 128 bits)'],
  ['A192GCMKW', 'the content key is wrapped with a shared secret (AES-GCM, 192 bits)'],
  ['A256GCMKW', 'the content key is wrapped with a shared secret (AES-GCM, 256 bits)'],
  ['RSA-OAEP', 'the content key is encrypted with an RSA public key (OAEP, SHA-1)'],
  ['RSA-OAEP-256', 'the content key is encrypted with an RSA public key (OAEP, SHA-256)'],
  ['RSA-OAEP-384', 'the content key is encrypted with an RSA public key (OAEP, SHA-384)'],
  ['RSA-OAEP-512', 'the content key is encrypted with an RSA public key (OAEP, SHA-512)'],
  ['ECDH-ES', 'the content key is agreed on with a public key (ECDH, ephemeral-static)'],
  ['ECDH-ES+A128KW', 'the content key is wrapped with one that is agreed on (ECDH, AES key wrap, 128 bits)'],
  ['ECDH-ES+A192KW', 'the content key is wrapped with one that is agreed on (ECDH, AES key wrap, 192 bits)'],
  ['ECDH-ES+A256KW', 'the content key is wrapped with one that is agreed on (ECDH, AES key wrap, 256 bits)'],
])

export function keyManagementWords(alg: string): { readonly words: string; readonly finding?: Finding | undefined } {
  const words = keyManagement.get(alg)
  if (words !== undefined) return { words }
  if (alg === 'RSA1_5') {
    const message = 'Its key is encrypted with RSA1_5, whose padding lets attackers decrypt by asking (RFC 8725 §3.2).'
    return { words: 'RSA with PKCS #1 v1.5 padding', finding: problem('alg_refused', message, 'Use RSA-OAEP-256.') }
  }
  if (alg.startsWith('PBES2-')) {
    const message = 'Its key is derived from a password, and the token itself chooses how much work that is.'
    return { words: 'a password', finding: problem('alg_refused', message, 'Use ECDH-ES+A256KW or dir.') }
  }
  return {
    words: 'a key management algorithm that is not known here',
    finding: problem('alg_unknown', 'Its key management algorithm is not one that Sallyport knows.'),
  }
}

/** Content encryption (RFC 7518 §5.1): what it is, and the lengths of its initialization vector and tag in bytes. */
export const contentEncryption: ReadonlyMap<
  string,
  { readonly words: string; readonly iv: number; readonly tag: number }
> = new Map([
  ['A128GCM', { words: 'AES-GCM, 128 bits', iv: 12, tag: 16 }],
  ['A192GCM', { words: 'AES-GCM, 192 bits', iv: 12, tag: 16 }],
  ['A256GCM', { words: 'AES-GCM, 256 bits', iv: 12, tag: 16 }],
  ['A128CBC-HS256', { words: 'AES-CBC with HMAC SHA-256, 128 bits', iv: 16, tag: 16 }],
  ['A192CBC-HS384', { words: 'AES-CBC with HMAC SHA-384, 192 bits', iv: 16, tag: 24 }],
  ['A256CBC-HS512', { words: 'AES-CBC with HMAC SHA-512, 256 bits', iv: 16, tag: 32 }],
])
