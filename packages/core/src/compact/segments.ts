/**
 * Splits compact serialization at its dots (RFC 7515 §7.1, RFC 7516 §7.1).
 *
 * @returns 3 segments (JWS) or 5 (JWE), or `undefined` for any other number (JOSE-1); never more work than the length
 */
export function splitToken(token: string): readonly string[] | undefined {
  const segments: string[] = []
  let start = 0
  for (let end = token.indexOf('.'); end !== -1; end = token.indexOf('.', start)) {
    if (segments.length === 4) return undefined
    segments.push(token.slice(start, end))
    start = end + 1
  }
  segments.push(token.slice(start))
  return segments.length === 3 || segments.length === 5 ? segments : undefined
}
