/** How a segment is written: as it should be, or in a way that some decoders forgive. */
export const encodings = {
  canonical: (bytes: Buffer) => bytes.toString('base64url'),
  padded: (bytes: Buffer) => bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
  'one equals sign': (bytes: Buffer) => `${bytes.toString('base64url')}=`,
  'standard alphabet': (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, ''),
  'space before': (bytes: Buffer) => ` ${bytes.toString('base64url')}`,
  'line feed within': (bytes: Buffer) => bytes.toString('base64url').replace(/^(.{2})/, '$1\n'),
  'tab after': (bytes: Buffer) => `${bytes.toString('base64url')}\t`,
  'trailing bits': (bytes: Buffer) => withTrailingBits(bytes.toString('base64url')),
  'one character more': (bytes: Buffer) => `${bytes.toString('base64url')}A`,
  'percent-encoded': (bytes: Buffer) => bytes.toString('base64url').replace(/^./, (first) => `%${hex(first)}`),
  'non-ASCII character': (bytes: Buffer) => `${bytes.toString('base64url')}\u00e9`,
  hexadecimal: (bytes: Buffer) => bytes.toString('hex'),
} as const satisfies Record<string, (bytes: Buffer) => string>

export type Encoding = keyof typeof encodings

export const encodingNames = Object.keys(encodings) as readonly Encoding[]

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Sets bits of the last character that no byte has, where there are such. */
export function withTrailingBits(text: string): string {
  const unused = text.length % 4 === 2 ? 15 : text.length % 4 === 3 ? 3 : 0
  const last = alphabet.indexOf(text.at(-1) ?? '')
  if (unused === 0 || last === -1) return text
  return text.slice(0, -1) + alphabet.charAt(last | (unused & 1 ? 1 : unused))
}

const hex = (character: string) => character.charCodeAt(0).toString(16)
