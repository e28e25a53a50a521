import { createHash } from 'node:crypto'

/** How SHA-256 is named before the hash (RFC 8017 §9.2, note 1). */
const sha256Name = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** The padded hash (RFC 8017 §9.2) as a block of `length` bytes. */
export function pkcs1Block(input: string, length: number): Buffer {
  const content = named(input)
  const padding = Buffer.alloc(length - content.length - 3, 0xff)
  return Buffer.concat([Buffer.of(0, 1), padding, Buffer.of(0), content])
}

/** With a public exponent of 1 the block is its own signature. */
export function forgeWithExponent1(input: string, length: number): Buffer {
  return pkcs1Block(input, length)
}

/**
 * With a public exponent of 3: a number whose cube starts as the block does, with the least padding, and ends as it
 * likes. It passes where nobody looks at what stands behind the hash.
 */
export function forgeWithExponent3(input: string, length: number): Buffer {
  const start = Buffer.concat([Buffer.of(0, 1), Buffer.alloc(8, 0xff), Buffer.of(0), named(input)])
  const lowest = BigInt(`0x${Buffer.concat([start, Buffer.alloc(length - start.length)]).toString('hex')}`)
  const root = cubeRoot(lowest) + 1n
  const cube = Buffer.from((root ** 3n).toString(16).padStart(length * 2, '0'), 'hex')
  if (!cube.subarray(0, start.length).equals(start)) throw new Error('the forgery is not even one')
  return Buffer.from(root.toString(16).padStart(length * 2, '0'), 'hex')
}

function named(input: string): Buffer {
  return Buffer.concat([sha256Name, createHash('sha256').update(input).digest()])
}

/** The whole part of the cube root, by bisection. */
function cubeRoot(value: bigint): bigint {
  let low = 0n
  let high = 1n << BigInt(Math.ceil(value.toString(2).length / 3) + 1)
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle ** 3n > value) high = middle
    else low = middle
  }
  return low
}
