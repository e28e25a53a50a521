import { createECDH, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Curve, curveOf, curves } from './curves.ts'
import { importKey } from './key-input.ts'

const names = Object.keys(curves) as Curve[]

function generate(curve: Curve) {
  if (curve === 'X25519') return generateKeyPairSync('x25519')
  return generateKeyPairSync('ec', { namedCurve: curve })
}

function publicBytes(key: KeyObject): Buffer {
  const { x = '', y } = key.export({ format: 'jwk' })
  const coordinates = [x, y ?? ''].map((coordinate) => Buffer.from(coordinate, 'base64url'))
  return Buffer.concat(y === undefined ? coordinates : [Buffer.of(4), ...coordinates])
}

describe('curves', () => {
  it.each(names)('agrees on %s as crypto.diffieHellman does', async (curve) => {
    const ours = generate(curve)
    expect(curveOf(ours.privateKey)).toBe(curve)
    const agree = curves[curve].prepare(ours.privateKey)
    // A shared secret on P-521 starts with a zero byte every second time.
    for (let round = 0; round < 8; round++) {
      const theirs = generate(curve)
      const expected = diffieHellman({ privateKey: ours.privateKey, publicKey: theirs.publicKey })
      expect(await agree(publicBytes(theirs.publicKey))).toEqual(expected)
    }
  })

  it('keeps the leading zeros of a shared secret on P-256', async () => {
    const { key } = importKey(
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0',
        y: 'HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw',
        d: 'r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8',
      },
      'key',
    )
    const other = createECDH('prime256v1')
    // With the private key 6 the first byte is zero.
    other.setPrivateKey('06'.padStart(64, '0'), 'hex')
    const secret = await curves['P-256'].prepare(key)(other.getPublicKey())
    expect(secret).toHaveLength(32)
    expect(secret!.toString('hex')).toMatch(/^0091acb5/)
  })
})
