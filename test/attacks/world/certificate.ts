import { createPublicKey, type KeyObject, sign } from 'node:crypto'

/** A self-signed certificate of an EC key, as DER (RFC 5280 §4.1): what an attacker puts into `x5c`. */
export function selfSign(privateKey: KeyObject): Buffer {
  const ecdsaWithSha256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'))
  const name = sequence(tlv(0x31, sequence(Buffer.from('0603550403', 'hex'), tlv(0x0c, Buffer.from('attacker')))))
  const validity = sequence(tlv(0x17, Buffer.from('200101000000Z')), tlv(0x17, Buffer.from('491231235959Z')))
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const content = sequence(tlv(0x02, Buffer.of(1)), ecdsaWithSha256, name, validity, name, publicKey)
  const signature = sign('sha256', content, privateKey)
  return sequence(content, ecdsaWithSha256, tlv(0x03, Buffer.concat([Buffer.of(0), signature])))
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts))
}

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content
  const encodedLength = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...encodedLength]), content])
}
