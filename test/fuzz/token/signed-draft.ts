import { createHash } from 'node:crypto'
import { toBytes, toNumber } from '../keys/derive.ts'
import { type SigningKey, signWith } from '../keys/signing-key.ts'
import { type Encoding, encodings } from './base64url.ts'
import type { JsonDraft } from './json-draft.ts'

/** What is done to a good signature; `negated` gives another good one. */
export const signatureForms = [
  'good',
  'negated',
  'der',
  'empty',
  'zeros',
  'r is zero',
  's is zero',
  'r is the order',
  's over the order',
  'one byte less',
  'one byte more',
  'zero before',
  'of half the length',
  'of the digest only',
] as const

export type SignatureForm = (typeof signatureForms)[number]

/** A signed token that is about to be made. */
export interface SignedDraft {
  header: JsonDraft
  payload: JsonDraft
  key: SigningKey
  /** How it is signed, whatever the header says. */
  alg: string
  form: SignatureForm
  /** Of PSS; as long as the hash when `undefined`. */
  saltLength: number | undefined
  readonly encoding: { header: Encoding; payload: Encoding; signature: Encoding }
  /** Chooses among good signatures. */
  readonly choice: number
}

/** Compact serialization (RFC 7515 §7.1). */
export function writeSigned(draft: SignedDraft): string {
  const { encoding, header, payload } = draft
  const input = `${encodings[encoding.header](header.toBytes())}.${encodings[encoding.payload](payload.toBytes())}`
  return `${input}.${encodings[encoding.signature](makeSignature(draft, Buffer.from(input)))}`
}

function makeSignature({ key, alg, form, saltLength, choice }: SignedDraft, input: Buffer): Buffer {
  if (form === 'empty') return Buffer.alloc(0)
  if (form === 'of the digest only') return createHash('sha256').update(input).digest()
  const signature = signWith(key, alg, input, { choice, saltLength: usableSalt(key, saltLength) })
  const half = key.curve?.length ?? Math.floor(signature.length / 2)
  const [r, s] = [signature.subarray(0, half), signature.subarray(half)]
  const order = key.curve?.order
  switch (form) {
    case 'good':
      return signature
    case 'negated':
      return order === undefined ? signature : Buffer.concat([r, toBytes(order - toNumber(s), half)])
    case 'der':
      return toDer(r, s)
    case 'zeros':
      return Buffer.alloc(signature.length)
    case 'r is zero':
      return Buffer.concat([Buffer.alloc(r.length), s])
    case 's is zero':
      return Buffer.concat([r, Buffer.alloc(s.length)])
    case 'r is the order':
      return Buffer.concat([order === undefined ? Buffer.alloc(r.length, 0xff) : toBytes(order, half), s])
    case 's over the order':
      return Buffer.concat([r, overTheOrder(s, order)])
    case 'one byte less':
      return signature.subarray(0, -1)
    case 'one byte more':
      return Buffer.concat([signature, Buffer.of(0)])
    case 'zero before':
      return Buffer.concat([Buffer.of(0), signature])
    case 'of half the length':
      return r
  }
}

/** s + n, where that still has the same length: equal modulo n, and to be refused all the same. */
function overTheOrder(s: Buffer, order: bigint | undefined): Buffer {
  const sum = toNumber(s) + (order ?? 1n)
  return sum < 1n << BigInt(s.length * 8) ? toBytes(sum, s.length) : Buffer.alloc(s.length, 0xff)
}

/** A salt has room in the block beside the hash. */
function usableSalt({ kty }: SigningKey, saltLength: number | undefined): number | undefined {
  return kty === 'RSA' ? saltLength : undefined
}

/** SEQUENCE of two INTEGERs (RFC 3279 §2.2.3), as everybody but JOSE writes it. */
function toDer(r: Buffer, s: Buffer): Buffer {
  const integer = (bytes: Buffer) => {
    const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
    const signed = digits[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits
    return Buffer.concat([Buffer.of(2, signed.length), signed])
  }
  const content = Buffer.concat([integer(r), integer(s)])
  const length = content.length < 0x80 ? Buffer.of(content.length) : Buffer.of(0x81, content.length)
  return Buffer.concat([Buffer.of(0x30), length, content])
}
