import { createPublicKey, verify } from 'node:crypto'
import { segmentsOf } from './compact.ts'

/** The neutral point of Ed25519 (RFC 8032 §5.1.7): as a key it needs no private one. */
export const neutralPoint = Buffer.concat([Buffer.of(1), Buffer.alloc(31)])

/** A point of order 8: as a key it makes one signature in eight good, and the attacker can see which. */
export const pointOfOrder8 = Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex')

/** R = the neutral point and S = 0. */
export const neutralSignature = Buffer.concat([neutralPoint, Buffer.alloc(32)])

/**
 * The first of several tokens whose signature happens to be good.
 *
 * @param makeToken makes another token of each number
 */
export function firstGoodToken(point: Buffer, makeToken: (attempt: number) => string): string {
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') } })
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const token = makeToken(attempt)
    const input = Buffer.from(segmentsOf(token).slice(0, 2).join('.'))
    if (verify(null, input, key, neutralSignature)) return token
  }
  throw new Error('the forgery is not even one')
}
