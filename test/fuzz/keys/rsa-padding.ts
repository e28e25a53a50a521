import { constants, createHash, type KeyObject, privateEncrypt, publicEncrypt } from 'node:crypto'

const digest = (hash: string, ...parts: readonly Uint8Array[]) => {
  const hashing = createHash(hash)
  for (const part of parts) hashing.update(part)
  return hashing.digest()
}

/** MGF1 (RFC 8017 §B.2.1). */
function mask(hash: string, seed: Buffer, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let counter = 0, made = 0; made < length; counter++) {
    const block = digest(hash, seed, Buffer.of(counter >>> 24, counter >>> 16, counter >>> 8, counter))
    blocks.push(block)
    made += block.length
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)))
}

const raw = constants.RSA_NO_PADDING

/** RSASSA-PSS (RFC 8017 §8.1.1) with the salt that is given, so that it is repeatable and of any length. */
export function signPss(key: KeyObject, hash: string, input: Buffer, salt: Buffer): Buffer {
  const length = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const h = digest(hash, Buffer.alloc(8), digest(hash, input), salt)
  const block = Buffer.concat([Buffer.alloc(length - salt.length - h.length - 2), Buffer.of(1), salt])
  const masked = xor(block, mask(hash, h, block.length))
  masked[0] = masked[0]! & 0x7f
  return privateEncrypt({ key, padding: raw }, Buffer.concat([masked, h, Buffer.of(0xbc)]))
}

/** RSAES-OAEP (RFC 8017 §7.1.1) with the seed that is given, as long as the hash, so that it is repeatable. */
export function encryptOaep(key: KeyObject, hash: string, message: Buffer, seed: Buffer): Buffer {
  const length = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const label = digest(hash, Buffer.alloc(0))
  const zeros = Buffer.alloc(length - message.length - 2 * label.length - 2)
  const block = Buffer.concat([label, zeros, Buffer.of(1), message])
  const maskedBlock = xor(block, mask(hash, seed, block.length))
  const maskedSeed = xor(seed, mask(hash, maskedBlock, seed.length))
  return publicEncrypt({ key, padding: raw }, Buffer.concat([Buffer.of(0), maskedSeed, maskedBlock]))
}
