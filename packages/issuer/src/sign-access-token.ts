import type { Given } from './checks.ts'
import type { Awaitable } from './signing-algorithms.ts'
import { signBy, type Signer } from './signing-key.ts'

/** Signs claims (RFC 7515 §7.1) with the header of RFC 9068 §2.1. */
export function signAccessToken(signer: Signer, claims: Given): Awaitable<string> {
  const input = `${headerOf(signer)}.${segment(claims)}`
  const signature = signBy(signer, Buffer.from(input, 'latin1'))
  return signature instanceof Promise ? signature.then((late) => join(input, late)) : join(input, signature)
}

/** The same for each token of one key. */
const headers = new WeakMap<Signer, string>()

function headerOf(signer: Signer): string {
  const known = headers.get(signer)
  if (known !== undefined) return known
  const header = segment({ alg: signer.alg, typ: 'at+jwt', kid: signer.kid })
  headers.set(signer, header)
  return header
}

function join(input: string, signature: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = signature
  return `${input}.${Buffer.from(buffer, byteOffset, byteLength).toString('base64url')}`
}

function segment(value: Given): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
