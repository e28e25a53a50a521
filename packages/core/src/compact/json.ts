import { isUtf8 } from 'node:buffer'

/** A JSON object as parsed: plain data, own properties only. */
export type JsonObject = Record<string, unknown>

/** JOSE-15: deeper nesting is refused before anything recursive sees it. */
const maxDepth = 32

/**
 * Parses bytes that must be one JSON object: UTF-8 without a byte order mark, nested at most 32 deep.
 *
 * @returns the object, or `undefined` when the bytes are anything else
 */
export function parseJsonObject(bytes: Buffer): JsonObject | undefined {
  if (!isUtf8(bytes)) return undefined
  const text = bytes.toString('utf8')
  // JSON.parse refuses a byte order mark by itself: it is no JSON white space.
  if (isNestedTooDeep(text)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

function isNestedTooDeep(text: string): boolean {
  // Nesting cannot be deeper than the number of opening brackets: nearly every token ends here.
  if (count(text, '{') + count(text, '[') <= maxDepth) return false
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '"') {
      index = endOfString(text, index)
    } else if (character === '{' || character === '[') {
      if (++depth > maxDepth) return true
    } else if (character === '}' || character === ']') {
      depth--
    }
  }
  return false
}

function count(text: string, bracket: string): number {
  let found = 0
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
    const character = text[index]
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(undefined)
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
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

/** In valid JSON a string is a member's name exactly when a colon follows. */
function isMemberName(text: string, end: number): boolean {
  let next = end + 1
  while (next < text.length && ' \t\n\r'.includes(text.charAt(next))) next++
  return text[next] === ':'
}

/** Index of the quote that ends the string opened at `start`; the text's end when none does. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const character = text[index]
    if (character === '\\') index++
    else if (character === '"') return index
  }
  return text.length
}
