import type { Recipient } from '../keys/recipients.ts'
import type { Policy } from '../policy.ts'
import type { Header } from './proof.ts'
import type { ReferenceVerdict } from './reference.ts'

/** A token, opened as far as the reference could. */
export interface Seen {
  readonly policy: Policy
  /** One, or two where a signed token was inside. */
  readonly layers: readonly Layer[]
  readonly claimsText: string | undefined
  /** Who could open the token. */
  readonly recipient: Recipient | undefined
}

/** A token of one layer of encryption or signature. */
export interface Layer {
  readonly segments: readonly string[]
  readonly header: Header
  readonly headerText: string
}

export function see(policy: Policy, token: string, { opened }: ReferenceVerdict): Seen {
  const isSigned = (text: string) => text.split('.').length === 3 && !text.includes('{')
  const signed = [token, opened?.content ?? ''].find(isSigned)
  const layers = [...(signed === token ? [] : [token]), ...(signed === undefined ? [] : [signed])].map(toLayer)
  const claimsText = signed === undefined ? opened?.content : decode(signed.split('.')[1] ?? '')
  return { policy, layers, claimsText, recipient: opened?.recipient }
}

function toLayer(token: string): Layer {
  const segments = token.split('.')
  const headerText = decode(segments[0] ?? '')
  return { segments, headerText, header: parseHeader(headerText) }
}

export const decode = (segment: string) => Buffer.from(segment, 'base64url').toString('utf8')

/** Forgives what the reference forgives. */
export function parseHeader(text: string): Header {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    return typeof value === 'object' && value !== null ? (value as Header) : {}
  } catch {
    return {}
  }
}

/** RFC 4648 §5 without padding, and §3.5: bits that belong to no byte are zero. */
export function isCanonical(text: string): boolean {
  const lastCharacters = [/$/, /(?!)/, /[AQgw]$/, /[AEIMQUYcgkosw048]$/]
  return /^[\w-]*$/.test(text) && lastCharacters[text.length % 4]!.test(text)
}

/** A reader of JSON that looks at names, depth and number only; for texts that JSON.parse has taken. */
export function scan(text: string): {
  readonly depth: number
  readonly hasDuplicates: boolean
  /** Commas, arrays and objects. */
  readonly count: number
} {
  let deepest = 0
  let hasDuplicates = false
  let count = 0
  const open: (Set<string> | 'array')[] = []
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"(?:[ \t\r\n]*:)?|[{}[\],]/gs)) {
    if ('{[,'.includes(part)) count++
    const names = open.at(-1)
    if (part === '{') open.push(new Set())
    else if (part === '[') open.push('array')
    else if (part === '}' || part === ']') open.pop()
    else if (part.endsWith(':') && names instanceof Set) {
      const name: string = JSON.parse(part.slice(0, part.lastIndexOf('"') + 1)) as string
      hasDuplicates ||= names.has(name)
      names.add(name)
    }
    deepest = Math.max(deepest, open.length)
  }
  return { depth: deepest, hasDuplicates, count }
}
