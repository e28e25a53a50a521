import { createHash, generateKeyPairSync } from 'node:crypto'

/** A key as an authorization server has it. Nothing is signed here: who gets the right key could verify. */
export interface SimulatedKey {
  readonly kid: string
  readonly alg: 'ES256' | 'EdDSA'
  /** RFC 7638 */
  readonly thumbprint: string
  /** As it is published. */
  readonly jwk: object
}

export function makeKey(kid: string, alg: SimulatedKey['alg']): SimulatedKey {
  const { publicKey } =
    alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' })
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  return { kid, alg, thumbprint, jwk: { crv, kty, x, y, kid, alg, use: 'sig' } }
}
