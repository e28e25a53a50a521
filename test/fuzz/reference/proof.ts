import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import {
  base64url,
  compactDecrypt,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose'
import type { FuzzIssuer } from '../keys/issuers.ts'
import type { Recipient } from '../keys/recipients.ts'

export type Header = ProtectedHeaderParameters & Readonly<Record<string, unknown>>

/** A token as jose reads it, each answer worked out once: several policies ask. */
export class Proof {
  readonly token: string
  #signed = new Map<FuzzIssuer, Promise<JWTPayload | undefined>>()
  #opened = new Map<Recipient, Promise<Uint8Array | undefined>>()

  constructor(token: string) {
    this.token = token
  }

  /** `undefined` when jose takes it for none. */
  readHeader(): Header | undefined {
    try {
      return decodeProtectedHeader(this.token) as Header
    } catch {
      return undefined
    }
  }

  /** The claims before anything is verified; `undefined` when jose takes them for none. */
  readClaims(): JWTPayload | undefined {
    try {
      return decodeJwt(this.token)
    } catch {
      return undefined
    }
  }

  /** The claims, when a key of the issuer has signed them. */
  signedBy(issuer: FuzzIssuer): Promise<JWTPayload | undefined> {
    let found = this.#signed.get(issuer)
    if (found === undefined) this.#signed.set(issuer, (found = verifyWith(issuer, this.token)))
    return found
  }

  /** The content, when the recipient can decrypt it. */
  openedBy(recipient: Recipient): Promise<Uint8Array | undefined> {
    let found = this.#opened.get(recipient)
    if (found === undefined) this.#opened.set(recipient, (found = decryptWith(recipient, this.token)))
    return found
  }
}

type Keys = Parameters<typeof jwtVerify>[1]

const keysOf = new WeakMap<FuzzIssuer, Keys>()

function importKeys(issuer: FuzzIssuer): Keys {
  let keys = keysOf.get(issuer)
  if (keys === undefined) {
    const { given } = issuer
    if ('jwks' in given) keys = createLocalJWKSet(given.jwks as Parameters<typeof createLocalJWKSet>[0])
    else keys = 'secret' in given ? given.secret : given.publicKey
    keysOf.set(issuer, keys)
  }
  return keys
}

async function verifyWith(issuer: FuzzIssuer, token: string): Promise<JWTPayload | undefined> {
  if (issuer.algorithms.includes('ES256K')) return verifyEs256k(issuer, token)
  try {
    return await verifyWithKeys(issuer, token, importKeys(issuer))
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      for await (const key of error) {
        const claims = await verifyWithKeys(issuer, token, key)
        if (claims !== undefined) return claims
      }
      return undefined
    }
    throw error
  }
}

async function verifyWithKeys({ algorithms }: FuzzIssuer, token: string, keys: Keys): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, keys as KeyObject, { algorithms: [...algorithms] })
    return payload
  } catch (error) {
    // The signature was verified before; what the claims are worth, each policy asks with its own time and tolerance.
    if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) return error.payload
    if (error instanceof errors.JWKSMultipleMatchingKeys) throw error
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
    throw error
  }
}

/** jose has no ES256K: header and claims are read by jose, and OpenSSL verifies the signature in its own, DER, form. */
function verifyEs256k({ keys: [entry] }: FuzzIssuer, token: string): JWTPayload | undefined {
  try {
    const { alg, kid, crit } = decodeProtectedHeader(token)
    const [header, payload, signature = ''] = token.split('.')
    if (alg !== 'ES256K' || crit !== undefined || (kid !== undefined && kid !== entry?.kid)) return undefined
    const bytes = Buffer.from(base64url.decode(signature))
    if (bytes.length !== 64) return undefined
    const key = createPublicKey(entry!.key.publicKey!.export({ format: 'pem', type: 'spki' }))
    const isGood = verify('sha256', Buffer.from(`${header}.${payload}`), key, toDer(bytes))
    return isGood ? decodeJwt(token) : undefined
  } catch {
    return undefined
  }
}

function toDer(signature: Buffer): Buffer {
  const integers = [signature.subarray(0, 32), signature.subarray(32)].map((bytes) => {
    const positive = Buffer.concat([Buffer.of(0), bytes])
    let start = 0
    while (start < 32 && positive[start] === 0 && positive[start + 1]! < 0x80) start++
    const digits = positive.subarray(start)
    return Buffer.concat([Buffer.of(2, digits.length), digits])
  })
  const content = Buffer.concat(integers)
  return Buffer.concat([Buffer.of(0x30, content.length), content])
}

async function decryptWith({ privateKey, algorithms }: Recipient, token: string): Promise<Uint8Array | undefined> {
  try {
    const key = privateKey.type === 'secret' ? privateKey.export() : privateKey
    const { plaintext } = await compactDecrypt(token, key, { keyManagementAlgorithms: [...algorithms] })
    return plaintext
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      return undefined
    throw error
  }
}
