import { isUtf8 } from 'node:buffer'

/** A JSON object as parsed: plain data, own properties only. */
export type JsonObject = Record<string, unknown>

/** JOSE-15: deeper nesting is refused before anything recursive sees it. */
const maxDepth = 32

/** DOS-1 */
const maxClaimValues = 1_024

/** Parses a claims set, as `parseJsonObject` does. */
export function parseClaims(bytes: Buffer): JsonObject | undefined {
  return parseJsonObject(bytes, maxClaimValues)
}

/**
 * Parses bytes that must be one JSON object: UTF-8 without a byte order mark, nested at most 32 deep.
 *
 * @param maxValues how many members and elements it may have, in objects and arrays in it too
 * @returns the object, or `undefined` when the bytes are anything else
 */
export function parseJsonObject(bytes: Buffer, maxValues: number): JsonObject | undefined {
  if (!isUtf8(bytes)) return undefined
  const text = bytes.toString('utf8')
  // JSON.parse refuses a byte order mark by itself: it is no JSON white space.
  if (isTooMuch(text, maxValues)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

/** Whether the text is nested too deep, or would keep the parser busy for longer than a signature takes (DOS-1). */
function isTooMuch(text: string, maxValues: number): boolean {
  // A value takes two characters at least, and a level a bracket: nearly every token ends here.
  if (text.length <= 2 * maxValues && count(text, '{') + count(text, '[') <= maxDepth) return false
  let depth = 0
  let values = 0
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (character === quote) index = endOfString(text, index)
    else if (character === comma) values++
    else if (character === openingBrace || character === openingBracket) {
      depth++
      values++
    } else if (character === closingBrace || character === closingBracket) depth--
    if (depth > maxDepth || values > maxValues) return true
  }
  return false
}

const space = 0x20
const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openingBracket = 0x5b
const backslash = 0x5c
const closingBracket = 0x5d
const openingBrace = 0x7b
const closingBrace = 0x7d

function count(text: string, bracket: string): number {
  let found = 0
  // Stryker disable next-line ConditionalExpression,ArithmeticOperator: counting too many costs time, and changes nothing
  for (let index = text.indexOf(bracket); index !== -1 && found <= maxDepth; index = text.indexOf(bracket, index + 1)) {
    found++
  }
  return found
}

/**
 * Whether any object in a valid JSON text names a member twice (JOSE-3), escapes resolved: `"alg"` and `"\u0061lg"`
 * are the same name.
 */
export function hasDuplicateMembers(text: string): boolean {
  const open: (Set<string> | undefined)[] = []
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (character === openingBrace) open.push(new Set())
    else if (character === openingBracket) open.push(undefined)
    else if (character === closingBrace || character === closingBracket) open.pop()
    else if (character === quote) {
      const end = endOfString(text, index)
      const names = open.at(-1)
      if (names !== undefined && isMemberName(text, end)) {
        const written = text.slice(index + 1, end)
        const name = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written
        if (names.has(name)) return true
        names.add(name)
      }
      index = end
    }
  }
  return false
}

/** In valid JSON a string is a member's name exactly when a colon follows, and nothing but white space is up to a space. */
function isMemberName(text: string, end: number): boolean {
  let next = end + 1
  while (text.charCodeAt(next) <= space) next++
  return text.charCodeAt(next) === colon
}

/** Index of the quote that ends the string opened at `start`; the text's end when none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end
  }
  return text.length
}
