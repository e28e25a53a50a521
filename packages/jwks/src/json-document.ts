import { FetchFault } from './fetch-fault.ts'

const maxDepth = 32

/** JSON text of an object (RFC 8259), UTF-8, not nested deeper than 32. */
export function parseJsonDocument(bytes: Uint8Array): Record<string, unknown> {
  const text = decode(bytes)
  if (isDeeperThan(text, maxDepth)) throw new FetchFault('malformed', `the JSON is nested deeper than ${maxDepth}`)
  const value = parse(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new FetchFault('malformed', 'the JSON is no object')
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new FetchFault('malformed', 'the body is not UTF-8')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the body.
    throw new FetchFault('malformed', 'the body is not JSON')
  }
}

/** Counts brackets outside of strings; whether the text is JSON at all, the parser finds out. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '"') index = endOfString(text, index)
    if (character === '[' || character === '{') depth++
    if (character === ']' || character === '}') depth--
    if (depth > limit) return true
  }
  return false
}

function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === '"') return index
  }
  return text.length
}
