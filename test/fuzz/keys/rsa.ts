import { checkPrimeSync, createPrivateKey, type KeyObject } from 'node:crypto'
import { deriveBytes, invert, toBytes, toNumber } from './derive.ts'

const exponent = 65_537n

/** Odd primes under 2,000: they tell most numbers apart from primes at little cost. */
const smallPrimes = sieve(2000).map(BigInt)

function sieve(limit: number): number[] {
  const numbers = Array.from({ length: (limit - 3) / 2 }, (_, index) => 2 * index + 3)
  return numbers.filter((number) => numbers.every((other) => other * other > number || number % other !== 0))
}

/** An RSA key that follows from a label; takes about 0.1 s for 2048 bits. */
export function deriveRsaKey(label: string, bits: number): KeyObject {
  const p = derivePrime(`${label} p`, bits / 2)
  const q = derivePrime(`${label} q`, bits / 2)
  const d = invert(exponent, (p - 1n) * (q - 1n))
  const member = (value: bigint, length = bits / 16) => toBytes(value, length).toString('base64url')
  const jwk = {
    kty: 'RSA',
    n: member(p * q, bits / 8),
    e: 'AQAB',
    d: member(d, bits / 8),
    p: member(p),
    q: member(q),
    dp: member(d % (p - 1n)),
    dq: member(d % (q - 1n)),
    qi: member(invert(q, p)),
  }
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

function derivePrime(label: string, bits: number): bigint {
  for (let attempt = 0; ; attempt++) {
    const bytes = deriveBytes(`${label} ${attempt}`, bits / 8)
    // The two highest bits, so that the modulus has its full length.
    bytes[0] = bytes[0]! | 0xc0
    bytes[bytes.length - 1] = bytes.at(-1)! | 1
    const candidate = toNumber(bytes)
    if (smallPrimes.some((prime) => candidate % prime === 0n) || (candidate - 1n) % exponent === 0n) continue
    if (checkPrimeSync(candidate, { checks: 8 })) return candidate
  }
}
