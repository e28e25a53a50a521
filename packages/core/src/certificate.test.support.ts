import { createPublicKey, type KeyObject, sign } from 'node:crypto'

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...length), content])
}
const sequence = (...parts: Buffer[]) => der(0x30, ...parts)

/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2 */
const algorithm = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')))

/** A self-signed certificate (RFC 5280 §4.1) of an EC key, as PEM; its dates long gone. */
export function expiredCertificate(privateKey: KeyObject): string {
  const dates = ['000101000000Z', '010101000000Z'].map((date) => der(0x17, Buffer.from(date)))
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const name = sequence()
  const body = sequence(der(0x02, Buffer.of(1)), algorithm, name, sequence(...dates), name, publicKey)
  const signature = der(0x03, Buffer.of(0), sign('sha256', body, privateKey))
  const text = sequence(body, algorithm, signature).toString('base64').replaceAll(/.{64}/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`
}
