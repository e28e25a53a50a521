import { describeDuration } from '../../moments.ts'
import { type Finding, note, ok, warning } from '../finding.ts'
import type { Answer } from '../transport/index.ts'

const leastSeconds = 60
const mostSeconds = 86_400

/** How long the keys may be kept (RFC 9111): too short loads the server, too long delays rotation and withdrawal. */
export function judgeCaching({ headers }: Pick<Answer, 'headers'>): readonly Finding[] {
  const field = headers.all('cache-control').join(', ').toLowerCase()
  const age = /(?:^|[\s,])max-age="?(\d{1,12})/.exec(field)?.[1]
  const findings: Finding[] = []
  const advice = 'Cache-Control: public, max-age=300'
  if (/(?:^|[\s,])no-(store|cache)/.test(field)) {
    findings.push(warning('keys.caching', 'Its keys may not be cached: each API asks again and again.', advice))
  } else if (age === undefined) {
    findings.push(warning('keys.caching', 'It does not say how long its keys may be cached.', advice))
  } else if (Number(age) < leastSeconds) {
    findings.push(warning('keys.caching', `Its keys may be cached for ${age} s only.`, advice))
  } else if (Number(age) > mostSeconds) {
    const message = `Its keys may be cached for ${describeDuration(Number(age))}: so long a withdrawn one is still used.`
    findings.push(warning('keys.caching', message, advice))
  } else {
    findings.push(ok('keys.caching', `Its keys may be cached for ${describeDuration(Number(age))}.`))
  }
  if (headers.first('etag') === undefined && headers.first('last-modified') === undefined) {
    findings.push(note('keys.validators', 'It has no ETag: unchanged keys are sent again each time.'))
  }
  return findings
}

/** What a JSON document should be served as. */
export function judgeContentType(what: string, { headers }: Pick<Answer, 'headers'>): readonly Finding[] {
  const type = headers.first('content-type')?.toLowerCase() ?? ''
  if (/^application\/([\w.-]+\+)?json\s*(;|$)/.test(type)) return []
  const said = type === '' ? 'no Content-Type' : `the Content-Type ${type}`
  return [warning(`${what}.content_type`, `It is served with ${said}.`, 'Serve it as application/json.')]
}
