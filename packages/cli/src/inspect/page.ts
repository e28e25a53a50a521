import type { Block, Mark, Page, Row } from '../terminal/index.ts'
import type { Finding, Inspection, Member } from './inspection.ts'

const kinds = {
  signed: 'Signed token (JWS)',
  encrypted: 'Encrypted token (JWE)',
  opaque: 'Not a JWT',
} as const

/** More of them are not read by anybody. */
const maxRows = 200

/** An inspection for people. */
export function inspectionPage(inspection: Inspection): Page {
  const { kind, bytes, header, claims, parts, inside, findings } = inspection
  const rows = (title: string, list: readonly Row[]): readonly Block[] => {
    if (list.length === 0) return []
    const shownRows: Block = { kind: 'rows', title, rows: list.slice(0, maxRows) }
    if (list.length <= maxRows) return [shownRows]
    return [
      shownRows,
      { kind: 'text', text: `… and ${list.length - maxRows} more, all of them in --json`, tone: 'quiet' },
    ]
  }
  const binary = parts.map(({ name, bytes: length, meaning }) => ({ name, value: `${length} bytes`, meaning }))
  return [
    { kind: 'title', text: kinds[kind], aside: `${bytes.toLocaleString('en')} bytes` },
    ...rows('Header', header.map(rowOf)),
    ...rows('Claims', inOrder(claims).map(rowOf)),
    ...rows(kind === 'signed' ? 'Signature' : 'Parts', binary),
    ...findingBlocks(findings, kind),
    ...(inside === undefined ? [] : inspectionPage(inside).map(markedAsInside)),
  ]
}

function markedAsInside(block: Block, index: number): Block {
  return index === 0 && block.kind === 'title' ? { ...block, text: `Inside: ${block.text}` } : block
}

/** The claims that everybody looks for come first, whatever the issuer's order is. */
const firstClaims = ['iss', 'sub', 'aud', 'client_id', 'azp', 'scope', 'scp', 'iat', 'nbf', 'exp', 'jti', 'cnf']

function inOrder(claims: readonly Member[]): readonly Member[] {
  const rank = ({ name }: Member) => (firstClaims.includes(name) ? firstClaims.indexOf(name) : firstClaims.length)
  return claims.toSorted((one, other) => rank(one) - rank(other))
}

function rowOf({ name, value, meaning, date, relative }: Member): Row {
  if (date === undefined) return { name, value: shown(value), meaning }
  const isPast = relative?.endsWith('ago') === true
  const verbs: Readonly<Record<string, string>> = {
    exp: isPast ? 'expired' : 'expires',
    nbf: 'good from',
    iat: 'issued',
    auth_time: 'logged in',
  }
  const verb = verbs[name]
  const when = verb === undefined ? `${meaning} ${relative ?? ''}` : `${verb} ${relative ?? ''}`
  return { name, value: date, meaning: when.trim(), tone: name === 'exp' && isPast ? 'bad' : undefined }
}

/** Longest value that is shown whole; more of it is in `--json`. */
const maxValueLength = 400

/** Text as it is, anything else as JSON. */
function shown(value: unknown): string {
  if (value === '') return '(empty)'
  // With spaces between its members, so that lines can be broken there.
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 1).replace(/\n */g, ' ')
  return text.length > maxValueLength
    ? `${text.slice(0, maxValueLength)}… (${text.length} characters, all of them in --json)`
    : text
}

const verdicts = { problem: 'bad', warning: 'doubtful', note: 'note' } as const

function findingBlocks(findings: readonly Finding[], kind: Inspection['kind']): readonly Block[] {
  const marks: readonly Mark[] = findings.map(({ level, message, advice }) => ({
    verdict: verdicts[level],
    text: message,
    advice,
  }))
  if (marks.length > 0) return [{ kind: 'marks', title: 'What is noticed', marks }]
  const text =
    kind === 'encrypted'
      ? 'Nothing is wrong with what can be seen from outside.'
      : 'Nothing is wrong with it, as far as can be told without the key.'
  return [{ kind: 'marks', title: 'What is noticed', marks: [{ verdict: 'good', text }] }]
}
