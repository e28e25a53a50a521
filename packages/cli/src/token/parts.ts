import { isUtf8 } from 'node:buffer'

/** A part of a token, decoded as far as that can be. */
export interface Part {
  readonly bytes: Buffer
  /** What is wrong with its base64url; `undefined` where it is canonical. */
  readonly fault: string | undefined
}

/** Decodes base64url (RFC 7515 §2) and says what a strict decoder would not take. */
export function decodePart(text: string): Part {
  return { bytes: Buffer.from(text, 'base64url'), fault: faultOf(text) }
}

function faultOf(text: string): string | undefined {
  if (/=/.test(text)) return 'it is padded with "=" (RFC 7515 §2 wants none)'
  if (/[+/]/.test(text)) return 'it is base64, with "+" or "/", instead of base64url'
  if (/\s/.test(text)) return 'it has white space or line breaks inside'
  if (/[^A-Za-z0-9_-]/.test(text)) return 'it has characters that base64url has not'
  if (text.length % 4 === 1) return 'its length is one that base64url never has: something is cut off'
  if (Buffer.from(text, 'base64url').toString('base64url') !== text)
    return 'its last character has unused bits that are not zero'
  return undefined
}

export type JsonObject = Readonly<Record<string, unknown>>

/** A JSON object, and the first names that it has twice. */
export interface ParsedObject {
  readonly object: JsonObject | undefined
  /** Why there is none. */
  readonly fault: string | undefined
  readonly duplicates: readonly string[]
}

/** More are not named. */
const maxDuplicates = 8

/** The deepest nesting that Sallyport takes. */
const maxDepth = 32

/** Parses what must be one JSON object, and notices what parsers usually forgive. */
export function parseObject(bytes: Buffer): ParsedObject {
  const fail = (fault: string) => ({ object: undefined, fault, duplicates: [] })
  if (!isUtf8(bytes)) return fail('it is not UTF-8 text')
  const text = bytes.toString('utf8')
  if (text.startsWith('\ufeff')) return fail('it starts with a byte order mark')
  const value = parse(text)
  if (value === undefined) return fail('it is not JSON')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail('it is JSON, but not an object')
  const { depth, duplicates } = survey(text)
  if (depth > maxDepth) return fail(`it is nested deeper than ${maxDepth}`)
  return { object: value as JsonObject, fault: undefined, duplicates }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How deep a valid JSON text is nested, and which names an object in it has twice. */
function survey(text: string): { readonly depth: number; readonly duplicates: readonly string[] } {
  const open: (Set<string> | undefined)[] = []
  const duplicates = new Set<string>()
  let depth = 0
  const strings = /"[^"\\]*(?:\\.[^"\\]*)*"(?=(\s*:)?)|[[\]{}]/gs
  for (const [token, colon] of text.matchAll(strings)) {
    if (token === '{' || token === '[') depth = Math.max(depth, open.push(token === '{' ? new Set() : undefined))
    else if (token === '}' || token === ']') open.pop()
    else if (colon !== undefined) {
      const names = open.at(-1)
      const name = JSON.parse(token) as string
      if (names?.has(name) === true) duplicates.add(name)
      names?.add(name)
    }
  }
  return { depth, duplicates: [...duplicates].slice(0, maxDuplicates) }
}
