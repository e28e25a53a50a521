import { type Finding, note, ok, problem, warning } from '../finding.ts'
import type { Answer } from '../transport/index.ts'
import { type Probes, strangersOrigin } from './probes.ts'

/** What is found in what pages of other origins may do (Fetch Standard, CORS). */
export function judgeCors({ bare, preflight, nullOrigin }: Probes): readonly Finding[] {
  const strangers = [bare, preflight].map(allowance)
  const granted = strangers.find(({ origin }) => origin === strangersOrigin)
  const toNull = allowance(nullOrigin)
  const findings: Finding[] = []
  if (granted !== undefined) {
    const advice = 'Name the origins that may, one by one.'
    const isWorst = strangers.some(({ origin, credentials }) => origin === strangersOrigin && credentials)
    if (isWorst) {
      const message = 'Pages of every origin may use it with the cookies of their visitors: it repeats any Origin.'
      findings.push(problem('cors.reflection', message, advice))
    } else findings.push(warning('cors.reflection', 'It allows every origin by repeating it.', advice))
  }
  if (toNull.origin === 'null') {
    const message = 'It allows the origin null, which any page in a sandboxed frame has.'
    findings.push(
      toNull.credentials
        ? problem('cors.null', message, 'Take it out.')
        : warning('cors.null', message, 'Take it out.'),
    )
  }
  if (strangers.some(({ origin }) => origin === '*')) {
    const message = 'Pages of every origin may read its answers, without cookies (Access-Control-Allow-Origin: *).'
    findings.push(note('cors.wildcard', message))
  }
  if (findings.length === 0) findings.push(ok('cors.none', 'Pages of other origins may not read its answers.'))
  if (preflight.status === 401) {
    const message = 'It asks for a token before CORS: browsers send none with a preflight request.'
    findings.push(note('cors.preflight', message, 'If pages of other origins shall use it, mount CORS first.'))
  }
  return findings
}

function allowance({ headers }: Answer): { readonly origin: string | undefined; readonly credentials: boolean } {
  return {
    origin: headers.first('access-control-allow-origin'),
    credentials: headers.first('access-control-allow-credentials') === 'true',
  }
}
