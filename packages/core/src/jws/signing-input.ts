const encoder = new TextEncoder()

/** Tokens are seldom longer; a longer one gets memory of its own. */
const scratch = new Uint8Array(16_384)

/**
 * The bytes of a JWS Signing Input, in memory that the next call uses again: for what is done with them at once.
 *
 * @param input ASCII
 */
export function encodeInput(input: string): Uint8Array {
  if (input.length > scratch.length) return encoder.encode(input)
  return scratch.subarray(0, encoder.encodeInto(input, scratch).written)
}
