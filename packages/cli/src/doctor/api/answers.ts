import { type Finding, note, ok, warning } from '../finding.ts'
import type { Answer } from '../transport/index.ts'
import type { Probes } from './probes.ts'

/** What is found in the form of its answers, and in their header fields. */
export function judgeAnswers({ bare, madeUp, unsigned, malformed }: Probes): readonly Finding[] {
  const refusals = [bare, madeUp, unsigned, malformed].filter(({ status }) => status >= 400)
  return [
    ...judgeStack(refusals),
    ...judgeBody(refusals),
    ...judgeCaching(refusals),
    ...judgeSniffing(bare),
    ...judgeTalkative(bare),
  ]
}

/** Of Node.js, Python, Java, PHP and Ruby. Each pattern stays within a line. */
const stackTraces = [
  /^[ \t]{1,8}at [^\n]{1,500}[(:]\d/m,
  /^Traceback \(most recent call last\)/m,
  /\bat [\w.$]{1,200}\([\w.]{1,100}:\d{1,6}\)/,
  /^#\d{1,3} [^\s]{1,300}\.php\(\d{1,6}\)/m,
  /\.rb:\d{1,6}:in /,
]

/** A trace is at the beginning, or it is not one of the error. */
const maxLookedAt = 16_384

function judgeStack(refusals: readonly Answer[]): readonly Finding[] {
  const hasTrace = ({ body }: Answer) => {
    const text = unescaped(body.slice(0, maxLookedAt))
    return stackTraces.some((pattern) => pattern.test(text))
  }
  if (!refusals.some(hasTrace)) return []
  const message = 'Its errors have a stack trace: strangers learn about files and libraries.'
  return [warning('answers.stack', message, 'Set NODE_ENV=production, or write an error handler.')]
}

/** HTML and JSON write line breaks in other ways. */
function unescaped(body: string): string {
  return body.replace(/<br ?\/?>|\\n/g, '\n').replaceAll('&nbsp;', ' ')
}

function judgeBody(refusals: readonly Answer[]): readonly Finding[] {
  const pages = refusals.filter(({ headers }) => /html/i.test(headers.first('content-type') ?? ''))
  if (pages.length === 0) return []
  return [note('answers.form', 'It answers errors with HTML pages.', 'Programs prefer a small JSON object.')]
}

function judgeCaching(refusals: readonly Answer[]): readonly Finding[] {
  if (refusals.length === 0) return []
  const isKept = refusals.some(({ headers }) => !/no-store|no-cache|private/i.test(headers.all('cache-control').join()))
  if (!isKept) return [ok('answers.caching', 'Its errors are not to be cached.')]
  return [warning('answers.caching', 'Caches may keep its errors.', 'Cache-Control: no-store')]
}

function judgeSniffing({ headers }: Answer): readonly Finding[] {
  if (headers.first('x-content-type-options')?.toLowerCase() === 'nosniff') {
    return [ok('answers.nosniff', 'Browsers take its answers for what they are declared to be.')]
  }
  const message = 'Browsers may guess what its answers are (no X-Content-Type-Options).'
  return [warning('answers.nosniff', message, 'X-Content-Type-Options: nosniff')]
}

function judgeTalkative({ headers }: Answer): readonly Finding[] {
  const said = ['x-powered-by', 'server', 'x-aspnet-version'].flatMap((name) => {
    const value = headers.first(name)
    return value !== undefined && (name !== 'server' || /\d/.test(value)) ? [`${name}: ${value}`] : []
  })
  if (said.length === 0) return []
  return [
    note(
      'answers.software',
      `It tells what it is made of: ${said.join('; ')}.`,
      "In Express: app.disable('x-powered-by').",
    ),
  ]
}
