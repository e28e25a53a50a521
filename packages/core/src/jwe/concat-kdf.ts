import { hash } from 'node:crypto'

/**
 * The Concat KDF with SHA-256, as ECDH-ES uses it (RFC 7518 §4.6.2, NIST SP 800-56A §5.8.1).
 *
 * @param algorithm the `enc` for Direct Key Agreement, else the `alg`
 * @param partyInfo PartyUInfo and PartyVInfo, each with its length before it
 * @param length of the derived key, in bytes
 */
export function deriveKey(secret: Buffer, algorithm: string, partyInfo: Buffer, length: number): Buffer {
  const suppPubInfo = uint32(length * 8)
  const rounds: Buffer[] = []
  for (let counter = 1; rounds.length * 32 < length; counter++) {
    const parts = [uint32(counter), secret, lengthPrefixed(Buffer.from(algorithm, 'latin1')), partyInfo, suppPubInfo]
    rounds.push(hash('sha256', Buffer.concat(parts), 'buffer'))
  }
  return Buffer.concat(rounds, length)
}

/** Data with its length before it, as the KDF takes variable parts. */
export function lengthPrefixed(data: Buffer): Buffer {
  return Buffer.concat([uint32(data.length), data])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value)
  return bytes
}
