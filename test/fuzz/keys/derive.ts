import { createHash } from 'node:crypto'

/**
 * Bytes that follow from a label alone. The keys of the fuzzer are made of them: the same on every machine, so that a
 * saved token stays good, and none has to be stored.
 */
export function deriveBytes(label: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(`sallyport fuzz: ${label}`).digest()
}

/** A number from 1 to `limit - 1`. */
export function deriveScalar(label: string, limit: bigint): bigint {
  const bytes = Math.ceil(limit.toString(16).length / 2) + 8
  return (toNumber(deriveBytes(label, bytes)) % (limit - 1n)) + 1n
}

export function toNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** Big-endian, of exactly `length` bytes. */
export function toBytes(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex')
}

/** The inverse of `value` modulo `modulus`, which share no factor. */
export function invert(value: bigint, modulus: bigint): bigint {
  let [a, b] = [((value % modulus) + modulus) % modulus, modulus]
  let [x, y] = [1n, 0n]
  while (b !== 0n) {
    const quotient = a / b
    ;[a, b] = [b, a - quotient * b]
    ;[x, y] = [y, x - quotient * y]
  }
  return ((x % modulus) + modulus) % modulus
}
