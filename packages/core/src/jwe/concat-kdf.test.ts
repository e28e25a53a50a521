import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deriveKey, lengthPrefixed } from './concat-kdf.ts'
import { ecdhEs } from './ecdh-es.ts'
import { importKey } from './key-input.ts'

describe('deriveKey', () => {
  // RFC 7518 Appendix C, from Bob's side.
  const bob = {
    kty: 'EC',
    crv: 'P-256',
    x: 'weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ',
    y: 'e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck',
    d: 'VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw',
  }
  const header = {
    alg: 'ECDH-ES',
    enc: 'A128GCM',
    apu: 'QWxpY2U',
    apv: 'Qm9i',
    epk: {
      kty: 'EC',
      crv: 'P-256',
      x: 'gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0',
      y: 'SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps',
    },
  }
  const z = Buffer.from([
    158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163, 218, 128, 106, 72,
    246, 218, 167, 121, 140, 254, 144, 196,
  ])
  const partyInfo = Buffer.concat([lengthPrefixed(Buffer.from('Alice')), lengthPrefixed(Buffer.from('Bob'))])

  it('derives the key of RFC 7518 Appendix C from its Z', () => {
    expect(deriveKey(z, 'A128GCM', partyInfo, 16).toString('base64url')).toBe('VqqN6vgjbSBcIijNcacQGg')
  })

  it("derives the key of RFC 7518 Appendix C from its header and Bob's key", () => {
    const unwrapper = ecdhEs.prepare(importKey(bob, 'key').key)
    const wrapped = {
      enc: header.enc,
      contentKeyLength: 16,
      encryptedKey: Buffer.alloc(0),
      parameters: ecdhEs.readParameters(header),
    }
    expect(unwrapper.suits(wrapped)).toBe(true)
    expect(unwrapper.unwrap(wrapped)).toEqual(Buffer.from('VqqN6vgjbSBcIijNcacQGg', 'base64url'))
  })

  it('counts rounds for keys longer than the hash', () => {
    const info = Buffer.concat([lengthPrefixed(Buffer.from('A192CBC-HS384')), partyInfo, Buffer.of(0, 0, 1, 128)])
    const round = (counter: number) =>
      createHash('sha256')
        .update(Buffer.of(0, 0, 0, counter))
        .update(z)
        .update(info)
    const expected = Buffer.concat([round(1).digest(), round(2).digest()]).subarray(0, 48)
    expect(deriveKey(z, 'A192CBC-HS384', partyInfo, 48)).toEqual(expected)
  })
})
