import { createHmac, type KeyObject } from 'node:crypto'
import { accessTokenClaims } from '../tokens/claims.ts'

/** Mints one token after the other cheaply, so that a million can be had. */
export interface Mint {
  valid(index: number): string
  /** Every kind of wrong in turn. */
  invalid(index: number): string
}

const kid = 'hs256-2026-11'

export function createMint(secret: KeyObject, roles: number): Mint {
  const header = encode({ alg: 'HS256', kid, typ: 'at+jwt' })
  const extra = roles === 0 ? {} : { roles: Array.from({ length: roles }, (_, index) => `role-${index}`) }
  const sign = (claims: object, head = header) => {
    const input = `${head}.${encode(claims)}`
    return flat(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`)
  }
  const past = Math.floor(Date.now() / 1000) - 3600
  const wrong: readonly ((index: number) => string)[] = [
    (index) => withOtherEnd(sign(accessTokenClaims(index, extra))),
    (index) => sign(accessTokenClaims(index, { ...extra, exp: past })),
    (index) => sign(accessTokenClaims(index, { ...extra, aud: `https://other-${index}.example` })),
    (index) => sign(accessTokenClaims(index, { ...extra, iss: `https://tenant-${index}.example` })),
    (index) => sign(accessTokenClaims(index, extra), encode({ alg: 'HS256', kid: `unknown-${index}`, crit: ['x'] })),
    (index) => sign(accessTokenClaims(index, extra), encode({ alg: `HS${index}`, kid })),
    (index) => sign(accessTokenClaims(index, { ...extra, cnf: { jkt: `thumbprint-${index}` } })),
    (index) =>
      `${encode({ alg: 'dir', enc: 'A256GCM', kid: `${index}` })}..${encode({ index })}.${encode({ index })}.AA`,
    (index) => `not-a-token-${index}`,
  ]
  return {
    valid: (index) => sign(accessTokenClaims(index, extra)),
    invalid: (index) => wrong[index % wrong.length]?.(index) ?? '',
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** One piece of memory, as a header field is, instead of a rope of its parts. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** Another signature: its first character is another one. */
function withOtherEnd(token: string): string {
  const start = token.lastIndexOf('.') + 1
  return flat(`${token.slice(0, start)}${token[start] === 'A' ? 'B' : 'A'}${token.slice(start + 1)}`)
}
