import type { RefusedEvent } from '@sallyport/core'
import type { Inspection, Member } from '../inspect/index.ts'
import { describeMoment, formatMoment } from '../moments.ts'
import type { VerificationKeys } from './key-source.ts'
import { refusalOf, type Stage, type StageName, stageNames } from './stages.ts'
import type { Decision } from './verify-token.ts'

/** What is known besides the decision. */
export interface Circumstances {
  /** The token as it came. */
  readonly outside: Inspection
  /** The signed token: the same, or what was inside; `undefined` where it could not be decrypted. */
  readonly signed: Inspection | undefined
  readonly keys: Pick<VerificationKeys, 'from' | 'usable' | 'skipped'>
  readonly requiredScopes: readonly string[]
  readonly isBindingIgnored: boolean
  readonly nowMs: number
}

/** A decision, stage by stage. */
export interface Explanation {
  readonly verdict: 'accepted' | 'refused' | 'fault'
  /** Code of the refusal: of `AccessTokenError` in @sallyport/core. */
  readonly code?: string | undefined
  /** What an API answers: HTTP status. */
  readonly status?: number | undefined
  readonly stages: readonly Stage[]
  readonly advice?: string | undefined
}

/** Says which stage refused a token and why; or what each of them has found. */
export function explainDecision(decision: Decision, circumstances: Circumstances): Explanation {
  if (decision.kind === 'accepted') return explainAccepted(decision, circumstances)
  const { code, error, detail } = decision
  const { stage, advice } = refusalOf(code, detail?.reason, circumstances.outside.kind === 'encrypted')
  const isFault = error.status === 503
  const reason = reasonOf(error.message, detail, code, circumstances)
  return {
    verdict: isFault ? 'fault' : 'refused',
    code,
    status: error.status,
    stages: stagesUntil(stage, isFault ? 'fault' : 'refused', reason, circumstances),
    advice,
  }
}

function explainAccepted(decision: Extract<Decision, { kind: 'accepted' }>, circumstances: Circumstances): Explanation {
  const { requiredScopes } = circumstances
  const { scopes } = decision.authentication
  const missing = requiredScopes.filter((scope) => !scopes.includes(scope))
  if (missing.length > 0) {
    const granted = scopes.length === 0 ? 'it has none' : `it has ${scopes.join(' ')}`
    const text = `${missing.join(' ')} is missing; ${granted}`
    const { advice } = refusalOf('scope_insufficient', undefined, false)
    const stages = stagesUntil('scopes', 'refused', text, circumstances)
    return { verdict: 'refused', code: 'scope_insufficient', status: 403, stages, advice }
  }
  return { verdict: 'accepted', stages: stageNames.map((name) => passedStage(name, circumstances, scopes)) }
}

function stagesUntil(
  end: StageName,
  result: 'refused' | 'fault',
  text: string,
  circumstances: Circumstances,
): readonly Stage[] {
  const last = stageNames.indexOf(end)
  return stageNames.map((name, index) => {
    if (index < last) return passedStage(name, circumstances, undefined)
    return name === end ? { name, result, text } : { name, result: 'unreached', text: 'not reached' }
  })
}

function passedStage(name: StageName, circumstances: Circumstances, scopes: readonly string[] | undefined): Stage {
  const { outside, signed, keys, requiredScopes, isBindingIgnored, nowMs } = circumstances
  const passed = (text: string): Stage => ({ name, result: 'passed', text })
  const unneeded = (text: string): Stage => ({ name, result: 'unneeded', text })
  const [kid, alg, exp] = [headerOf(signed, 'kid'), headerOf(signed, 'alg'), claimOf(signed, 'exp')?.value]
  switch (name) {
    case 'form': {
      const kind = outside.kind === 'encrypted' ? 'encrypted, five parts' : 'signed, three parts'
      return passed(`${kind}, ${outside.bytes.toLocaleString('en')} bytes`)
    }
    case 'decryption':
      if (outside.kind !== 'encrypted') return unneeded('it is not encrypted')
      return passed(
        `${headerOf(outside, 'alg') ?? ''} with ${headerOf(outside, 'enc') ?? ''}; a signed token is inside`,
      )
    case 'issuer':
      return passed(textOf(signed, 'iss') ?? '')
    case 'key':
      return passed(`${kid === undefined ? 'one that fits' : `kid ${kid}`}, of ${keys.from()}`)
    case 'signature':
      return passed(`${alg ?? ''}, made with that key`)
    case 'claims': {
      const subject = textOf(signed, 'sub')
      const until = typeof exp === 'number' ? `, expires ${describeMoment(exp, nowMs)}` : ''
      return passed(`for this API${subject === undefined ? '' : `, of ${subject}`}${until}`)
    }
    case 'binding':
      if (claimOf(signed, 'cnf') === undefined) return unneeded('it is not bound to a key')
      return unneeded(
        isBindingIgnored ? 'it is bound to a key; not checked, as --ignore-binding asks' : 'it is bound to a key',
      )
    case 'scopes': {
      const granted = scopes === undefined || scopes.length === 0 ? 'none' : scopes.join(' ')
      return requiredScopes.length === 0 ? unneeded(`none is asked for; it has ${granted}`) : passed(granted)
    }
  }
}

/** What was wrong, as exactly as the one who has the token may know. */
function reasonOf(
  message: string,
  detail: RefusedEvent | undefined,
  code: string,
  circumstances: Circumstances,
): string {
  const { signed, nowMs, keys } = circumstances
  const { reason, expected, received } = detail ?? {}
  if (code === 'token_expired') return timeReason('exp', 'expired', signed, nowMs) ?? message
  if (code === 'token_not_yet_valid') {
    return timeReason('nbf', 'is good', signed, nowMs) ?? timeReason('iat', 'was issued', signed, nowMs) ?? message
  }
  const parts = [reason ?? message]
  if (expected !== undefined) parts.push(`expected ${expected}`)
  if (received !== undefined) parts.push(`got ${received}`)
  if (code === 'key_unknown' || code === 'signature_invalid') {
    const kid = headerOf(signed, 'kid')
    parts.push(kid === undefined ? 'the token names no kid' : `the token names kid ${kid}`)
    parts.push(`${keys.from()} has ${listed(keys.usable())}`)
    if (keys.skipped.length > 0) parts.push(`not usable: ${keys.skipped.slice(0, 4).join('; ')}`)
  }
  return parts.join('; ')
}

function timeReason(claim: string, verb: string, signed: Inspection | undefined, nowMs: number): string | undefined {
  const value = claimOf(signed, claim)?.value
  if (typeof value !== 'number') return undefined
  const distance = value - nowMs / 1000
  if (claim !== 'exp' && distance <= 0) return undefined
  return `${verb} ${describeMoment(value, nowMs)} (${formatMoment(value) ?? ''})`
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'no usable key'
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

function headerOf(inspection: Inspection | undefined, name: string): string | undefined {
  const value = inspection?.header.find((member) => member.name === name)?.value
  return typeof value === 'string' ? value : undefined
}

function claimOf(inspection: Inspection | undefined, name: string): Member | undefined {
  return inspection?.claims.find((member) => member.name === name)
}

function textOf(inspection: Inspection | undefined, claim: string): string | undefined {
  const value = claimOf(inspection, claim)?.value
  return typeof value === 'string' ? value : undefined
}
