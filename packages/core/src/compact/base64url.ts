/**
 * Decodes canonical base64url (RFC 7515 §2): alphabet only, no padding, no white space, unused trailing bits zero.
 *
 * Node's decoder forgives all of these; encoding again and comparing does not, and both run natively.
 *
 * @returns the bytes, or `undefined` when the text is not canonical (JOSE-2)
 */
export function decodeBase64Url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
