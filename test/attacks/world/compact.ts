/** Members of a JOSE header, or claims; those that are `undefined` are left out. */
export type Members = Readonly<Record<string, unknown>>

/** A segment of compact serialization: of text and bytes as they are, of anything else as JSON. */
export function segment(content: Members | string | Buffer): string {
  const isRaw = typeof content === 'string' || Buffer.isBuffer(content)
  return Buffer.from((isRaw ? content : JSON.stringify(content)) as string).toString('base64url')
}

/** Header and payload, signed by whatever makes bytes of them. Text is taken as it is, so that no form is impossible. */
export function compact(
  header: Members | string | Buffer,
  payload: Members | string | Buffer,
  sign: (input: string) => Buffer,
): string {
  const input = `${segment(header)}.${segment(payload)}`
  return `${input}.${sign(input).toString('base64url')}`
}

/** The segments of a token, as attacks take it apart. */
export function segmentsOf(token: string): string[] {
  return token.split('.')
}

/** A segment with one bit changed: of its first byte, or of the last. */
export function flipped(text: string, where: 'first' | 'last' = 'first'): string {
  const bytes = Buffer.from(text, 'base64url')
  const index = where === 'first' ? 0 : bytes.length - 1
  bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index)
  return segment(bytes)
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A segment with unused bits set in its last character: Node's own decoder does not see them. */
export function withTrailingBits(text: string): string {
  return text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(text.slice(-1)) + 1)
}

/** A token with members of its header changed; what was signed or sealed over it no longer fits. */
export function withHeader(token: string, changes: Members): string {
  const [header, ...rest] = segmentsOf(token)
  const members = JSON.parse(Buffer.from(header ?? '', 'base64url').toString()) as Members
  return [segment({ ...members, ...changes }), ...rest].join('.')
}
