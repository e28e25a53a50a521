/**
 * The y coordinates of the points of Ed25519 whose order is at most 8, little-endian, with those that are written with
 * a number of p or more (RFC 8032 §5.1.3). OpenSSL imports all of them.
 */
const smallOrder: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

/** Whether an Ed25519 public key is a point of small order: with such a key anybody makes signatures (JOSE-11). */
export function isOfSmallOrder(publicKey: Buffer): boolean {
  const y = Buffer.from(publicKey)
  // The highest bit is the sign of x.
  y.writeUInt8(y.readUInt8(31) & 0x7f, 31)
  return smallOrder.has(y.toString('hex'))
}
