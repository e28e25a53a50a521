import { describeDuration, describeMoment, formatMoment } from '../../moments.ts'
import { type Finding, note, ok, problem, warning } from '../finding.ts'
import type { Answer } from './http-client.ts'
import type { TlsFacts } from './tls-probe.ts'

const soonSeconds = 21 * 86_400

/** What is found about TLS. */
export function judgeTls(facts: TlsFacts, nowMs: number): readonly Finding[] {
  return [judgeVersion(facts), ...judgeCertificate(facts, nowMs)]
}

function judgeVersion({ protocol, cipher }: TlsFacts): Finding {
  if (protocol === 'TLSv1.3' || protocol === 'TLSv1.2') return ok('tls.version', `${protocol}, ${cipher}.`)
  return problem('tls.version', `${protocol} is out of date (RFC 8996).`, 'Allow TLS 1.2 and 1.3 only.')
}

function judgeCertificate({ distrust, validUntilMs, issuer }: TlsFacts, nowMs: number): readonly Finding[] {
  const findings: Finding[] = []
  if (distrust !== undefined) {
    const advice = 'Clients refuse it. Where it is of an authority of your own, give its certificate with --ca.'
    findings.push(problem('tls.certificate', `Its certificate is not trusted: ${distrust}.`, advice))
  }
  if (validUntilMs === undefined) return findings
  const until = `${describeMoment(validUntilMs / 1000, nowMs)}, ${formatMoment(validUntilMs / 1000) ?? 'for ever'}`
  const by = issuer === undefined ? '' : `, by ${issuer}`
  if (validUntilMs <= nowMs) findings.push(problem('tls.expiry', `Its certificate has expired: ${until}.`, 'Renew it.'))
  else if (validUntilMs - nowMs < soonSeconds * 1000) {
    findings.push(warning('tls.expiry', `Its certificate expires ${until}${by}.`, 'See whether its renewal works.'))
  } else findings.push(ok('tls.expiry', `Its certificate expires ${until}${by}.`))
  return findings
}

/** What is found where there is no TLS. */
export function judgePlainHttp(isLoopback: boolean): Finding {
  if (isLoopback) return note('tls.missing', 'Plain http on this machine: for development only.')
  const message = 'Plain http: everybody on the way reads the tokens, and changes what they like.'
  return problem('tls.missing', message, 'Serve https only; http may redirect, and take no tokens.')
}

/** Clocks of APIs and issuers differ by what their tolerance allows, or good tokens are refused. */
const tolerableSeconds = 5
const sallyportToleranceSeconds = 30

/** How far the server's clock is from ours, by its `Date` field (RFC 9110 §6.6.1). */
export function judgeClock({ headers, atMs, roundTripMs }: Pick<Answer, 'headers' | 'atMs' | 'roundTripMs'>): Finding {
  const date = Date.parse(headers.first('date') ?? '')
  if (Number.isNaN(date)) return note('clock.skew', 'It does not tell its time (no Date field).')
  // The field has whole seconds only.
  const skew = (date + 500 - atMs) / 1000
  const uncertainty = 0.5 + roundTripMs / 2000
  const distance = Math.max(0, Math.abs(skew) - uncertainty)
  if (distance <= tolerableSeconds) return ok('clock.skew', 'Its clock and the one of this machine agree.')
  const message = `Its clock is ${describeDuration(skew)} ${skew > 0 ? 'ahead of' : 'behind'} the one of this machine.`
  const advice = 'Set both by NTP. APIs tolerate some 30 s; beyond that, good tokens are refused.'
  return distance > sallyportToleranceSeconds
    ? problem('clock.skew', message, advice)
    : warning('clock.skew', message, advice)
}

const yearSeconds = 31_536_000

/** HTTP Strict Transport Security (RFC 6797). */
export function judgeStrictTransport(url: URL, { headers }: Pick<Answer, 'headers'>): readonly Finding[] {
  if (url.protocol !== 'https:') return []
  const field = headers.first('strict-transport-security')
  const advice = 'Strict-Transport-Security: max-age=31536000; includeSubDomains'
  if (field === undefined) {
    return [
      warning('tls.hsts', 'It does not tell browsers to come by https only (no Strict-Transport-Security).', advice),
    ]
  }
  const age = Number(/max-age="?(\d{1,12})/i.exec(field)?.[1] ?? 0)
  if (age >= yearSeconds / 2) return [ok('tls.hsts', 'Browsers come by https only.')]
  return [warning('tls.hsts', `Strict-Transport-Security lasts for ${describeDuration(age)} only.`, advice)]
}
