import { describeDuration, describeMoment, formatMoment, latestMoment } from '../moments.ts'
import type { JsonObject } from '../token/index.ts'
import { type Finding, problem, warning } from './inspection.ts'

/** Sallyport's `clockToleranceSeconds`. */
const toleranceSeconds = 30
/** Access tokens live for minutes; one that cannot be withdrawn for longer than a day is a password. */
const longLifeSeconds = 86_400

/** What is wrong with the times of a token, seen from now (RFC 7519 §4.1.4 to §4.1.6). */
export function findInTimes(claims: JsonObject, nowMs: number): readonly Finding[] {
  const invalid = ['exp', 'nbf', 'iat'].flatMap((name) => findInvalid(name, claims[name], nowMs))
  const [exp, nbf, iat] = [moment(claims['exp']), moment(claims['nbf']), moment(claims['iat'])]
  const now = nowMs / 1000
  const findings: Finding[] = [...invalid]
  if (claims['exp'] === undefined) {
    const message = 'It never expires (no exp): whoever finds it in years can still use it.'
    findings.push(problem('exp_missing', message, 'Let the issuer write an exp a few minutes ahead.'))
  }
  if (exp !== undefined && now >= exp + toleranceSeconds) {
    const message = `It has expired: ${describeMoment(exp, nowMs)}.`
    findings.push(problem('expired', message, 'Get a new one from the authorization server.'))
  } else if (exp !== undefined) {
    const start = iat !== undefined && iat < exp ? iat : now
    if (exp - start > longLifeSeconds) {
      const message = `It is good for ${describeDuration(exp - start)}: that long a thief can use it.`
      findings.push(warning('exp_far', message, 'Access tokens should live for minutes; refresh tokens do the rest.'))
    }
  }
  if (nbf !== undefined && nbf > now + toleranceSeconds) {
    const message = `It is not good yet: ${describeMoment(nbf, nowMs)}.`
    findings.push(problem('not_yet_valid', message, 'If it is new, a clock is wrong: compare them.'))
  }
  if (iat !== undefined && iat > now + toleranceSeconds) {
    const message = `It was issued in the future: ${describeMoment(iat, nowMs)}.`
    findings.push(problem('issued_in_future', message, 'A clock is wrong: compare them.'))
  }
  if (exp !== undefined && iat !== undefined && exp <= iat) {
    findings.push(warning('never_valid', 'It expires before it was issued: it is never good.'))
  }
  return findings
}

function findInvalid(name: string, value: unknown, nowMs: number): readonly Finding[] {
  if (value === undefined || moment(value) !== undefined) return []
  if (typeof value === 'number' && value > latestMoment && formatMoment(value / 1000) !== undefined) {
    const meant = describeMoment(value / 1000, nowMs)
    const message = `Its ${name} is in milliseconds; JWTs count seconds.`
    return [problem('time_invalid', message, `It probably means ${meant}: divide by 1,000.`)]
  }
  return [problem('time_invalid', `Its ${name} is no number of seconds since the epoch.`)]
}

function moment(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= latestMoment ? value : undefined
}
