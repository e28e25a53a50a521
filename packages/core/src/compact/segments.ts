/** Header, payload, signature (RFC 7515 §7.1). */
export type JwsSegments = readonly [header: string, payload: string, signature: string]

/** Header, encrypted key, initialization vector, ciphertext, authentication tag (RFC 7516 §7.1). */
export type JweSegments = readonly [header: string, encryptedKey: string, iv: string, ciphertext: string, tag: string]

/**
 * Splits compact serialization at its dots (RFC 7515 §7.1, RFC 7516 §7.1).
 *
 * @returns 3 segments (JWS) or 5 (JWE), or `undefined` for any other number (JOSE-1); never more work than the length
 */
export function splitToken(token: string): JwsSegments | JweSegments | undefined {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (second === -1) return undefined
  const third = token.indexOf('.', second + 1)
  const [header, middle] = [token.slice(0, first), token.slice(first + 1, second)]
  if (third === -1) return [header, middle, token.slice(second + 1)]
  const fourth = token.indexOf('.', third + 1)
  if (fourth === -1 || token.includes('.', fourth + 1)) return undefined
  return [header, middle, token.slice(second + 1, third), token.slice(third + 1, fourth), token.slice(fourth + 1)]
}
