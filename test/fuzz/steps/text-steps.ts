import { withTrailingBits } from '../token/base64url.ts'
import type { Random } from '../random.ts'
import type { TextStep } from './step.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const strangers = [
  '.',
  '=',
  '+',
  '/',
  ' ',
  '\n',
  '\t',
  '\0',
  '%',
  '~',
  '"',
  ',',
  '\u00e9',
  '\u0100',
  '\ud800',
  '\ufeff',
  '\u2028',
]

const characters = [...alphabet.split(''), ...strangers]

function changeSegment(token: string, random: Random, change: (segment: string) => string): string {
  const segments = token.split('.')
  const index = random.below(segments.length)
  segments[index] = change(segments[index] ?? '')
  return segments.join('.')
}

function insert(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at)
}

/** Moves bytes over a boundary between two segments: what is decoded and put together is the same. */
function moveBoundary(token: string, random: Random): string {
  const segments = token.split('.')
  const index = random.below(segments.length - 1)
  const joined = Buffer.concat(
    [segments[index], segments[index + 1]].map((part) => Buffer.from(part ?? '', 'base64url')),
  )
  const boundary = Math.max(
    0,
    Buffer.from(segments[index] ?? '', 'base64url').length + random.pick([-12, -4, -1, 1, 4, 12]),
  )
  segments[index] = joined.subarray(0, boundary).toString('base64url')
  segments[index + 1] = joined.subarray(boundary).toString('base64url')
  return segments.join('.')
}

/** Tricks with a token that is made already: its signature is good for what it was before. */
export const textSteps = {
  'bit flip': (token, { random }) =>
    changeSegment(token, random, (segment) => {
      const bytes = Buffer.from(segment, 'base64url')
      if (bytes.length === 0) return segment
      const at = random.below(bytes.length)
      bytes[at] = bytes[at]! ^ (1 << random.below(8))
      return bytes.toString('base64url')
    }),
  'character replaced': (token, { random }) => {
    const at = random.below(token.length)
    return token.slice(0, at) + random.pick(characters) + token.slice(at + 1)
  },
  'character inserted': (token, { random }) => insert(token, random.below(token.length + 1), random.pick(characters)),
  'stranger at an edge': (token, { random }) =>
    changeSegment(token, random, (segment) => {
      const stranger = random.pick(strangers)
      return random.chance(0.5) ? stranger + segment : segment + stranger
    }),
  'part removed': (token, { random }) => {
    const at = random.below(token.length)
    return token.slice(0, at) + token.slice(at + random.pick([1, 1, 2, 4, 16, 100, 10_000]))
  },
  'segments swapped': (token, { random }) => {
    const segments = token.split('.')
    const [one, other] = [random.below(segments.length), random.below(segments.length)]
    ;[segments[one], segments[other]] = [segments[other] ?? '', segments[one] ?? '']
    return segments.join('.')
  },
  'segment removed': (token, { random }) => {
    const segments = token.split('.')
    segments.splice(random.below(segments.length), 1)
    return segments.join('.')
  },
  'segment emptied': (token, { random }) => changeSegment(token, random, () => ''),
  'segment repeated': (token, { random }) => {
    const segments = token.split('.')
    const index = random.below(segments.length)
    segments.splice(index, 0, segments[index] ?? '')
    return segments.join('.')
  },
  'segment of another token': (token, { random, other }) => {
    const segments = token.split('.')
    const others = other().split('.')
    const index = random.below(segments.length)
    segments[index] = others[index] ?? ''
    return segments.join('.')
  },
  // A remembered token is found by its end: what stands before must not get past the comparison.
  'beginning of another token': (token, { other }) => {
    const segments = token.split('.')
    return [
      ...other()
        .split('.')
        .slice(0, segments.length - 1),
      segments.at(-1),
    ].join('.')
  },
  'payload rewritten under the same signature': (token, { random }) => {
    const segments = token.split('.')
    if (segments.length !== 3) return token
    const payload = Buffer.from(segments[1] ?? '', 'base64url').toString('utf8')
    const [from, to] = random.pick([
      ['user-', 'admin-'],
      ['reports:read', 'reports:admin'],
      ['"exp":1', '"exp":2'],
      ['api.example', 'other-api.example'],
    ] as const)
    segments[1] = Buffer.from(payload.replace(from, to)).toString('base64url')
    return segments.join('.')
  },
  'boundary moved': (token, { random }) => moveBoundary(token, random),
  'trailing bits': (token, { random }) => changeSegment(token, random, withTrailingBits),
  padding: (token, { random }) => changeSegment(token, random, (segment) => segment + '='.repeat(random.between(1, 3))),
  'standard alphabet': (token) => token.replaceAll('-', '+').replaceAll('_', '/'),
  'another case': (token, { random }) => (random.chance(0.5) ? token.toLowerCase() : token.toUpperCase()),
  'percent-encoded': (token, { random }) => token.replaceAll('.', random.pick(['%2E', '%2e', '%252e', '..'])),
  'white space around': (token, { random }) =>
    random.pick([` ${token}`, `${token} `, `${token}\n`, `\r\n${token}`, `\ufeff${token}`]),
  'scheme before': (token, { random }) =>
    random.pick([`Bearer ${token}`, `bearer ${token}`, `"${token}"`, `${token},${token}`]),
  dots: (token, { random }) =>
    random.pick([
      `${token}.`,
      `.${token}`,
      `${token}..`,
      '.'.repeat(random.pick([2, 4, 100])),
      token.replaceAll('.', ''),
    ]),
  'signature stripped': (token, { random }) => {
    const segments = token.split('.')
    const header = random.pick(['{"alg":"none"}', '{"alg":"None","typ":"at+jwt"}', '{"typ":"at+jwt"}', '{}'])
    return [Buffer.from(header).toString('base64url'), segments[1] ?? '', random.pick(['', segments[2] ?? ''])].join(
      '.',
    )
  },
  'JSON serialization': (token) => {
    const [protectedHeader, payload, signature] = token.split('.')
    return JSON.stringify({ protected: protectedHeader, payload, signature })
  },
  'very long': (token, { random }) => {
    const length = random.pick([16_383, 16_384, 16_385, 40_000]) - token.length
    return length > 0 ? token + 'A'.repeat(length) : token
  },
  empty: (_, { random }) => random.pick(['', '.', '..', '...', '....', 'a.b.c', 'a.b.c.d.e', 'null', '\0']),
} as const satisfies Record<string, TextStep>
