import type { AccessTokenErrorCode } from '@sallyport/core'

/** The way of a token, in the order in which Sallyport checks it. */
export const stageNames = ['form', 'decryption', 'issuer', 'key', 'signature', 'claims', 'binding', 'scopes'] as const

export type StageName = (typeof stageNames)[number]

/** What came out of one stage. */
export interface Stage {
  readonly name: StageName
  /** `unneeded`: the token has nothing to be checked here. `unreached`: an earlier stage has ended it. */
  readonly result: 'passed' | 'refused' | 'fault' | 'unneeded' | 'unreached'
  readonly text: string
}

/** Where each code comes from, and what to do about it. */
interface Refusal {
  readonly stage: StageName
  readonly advice: string
}

const clocks = 'Compare the clocks of issuer and API: sallyport doctor ISSUER tells how far they differ.'
const renew = 'Get a new token from the authorization server.'
const accessToken = 'Send the access token, not the ID token: clients mix them up easily.'
const copied = 'Was it copied whole? sallyport inspect says what is wrong with its form.'

const refusals: Readonly<Partial<Record<AccessTokenErrorCode, Refusal>>> = {
  token_malformed: { stage: 'form', advice: copied },
  token_too_large: {
    stage: 'form',
    advice: 'Leave claims out that the API can look up: groups and profiles, most of all.',
  },
  algorithm_refused: {
    stage: 'form',
    advice: 'Let the issuer sign with ES256, EdDSA or RS256; an encrypted token needs --decryption-key.',
  },
  decryption_required: { stage: 'decryption', advice: 'Let the issuer encrypt tokens for this API.' },
  decryption_failed: {
    stage: 'decryption',
    advice: "Is it this API's key? Compare its kid with that of the token: sallyport inspect shows it.",
  },
  not_signed: { stage: 'decryption', advice: 'Let the issuer sign first, then encrypt.' },
  issuer_refused: {
    stage: 'issuer',
    advice: 'Issuers are compared character by character, a slash at the end included.',
  },
  keys_unavailable: {
    stage: 'key',
    advice: 'sallyport doctor ISSUER says what is wrong; --jwks FILE does without the network.',
  },
  key_unknown: {
    stage: 'key',
    advice: 'Is it a token of this issuer, and of this environment? Was its key withdrawn?',
  },
  signature_invalid: {
    stage: 'signature',
    advice: 'It was changed on its way, or another key made its signature: is it of this environment?',
  },
  token_type_refused: { stage: 'claims', advice: accessToken },
  not_an_access_token: { stage: 'claims', advice: accessToken },
  audience_refused: {
    stage: 'claims',
    advice: "Let the client ask for this API's audience or resource (RFC 8707), or correct --audience.",
  },
  token_expired: { stage: 'claims', advice: renew },
  token_not_yet_valid: { stage: 'claims', advice: clocks },
  claim_missing: {
    stage: 'claims',
    advice: 'Let the issuer write the claim, or ask for less: sallyport inspect lists what is there.',
  },
  claim_invalid: { stage: 'claims', advice: 'Let the issuer correct it: sallyport inspect shows the value.' },
  binding_missing: {
    stage: 'binding',
    advice: 'The API has to check its proof; --ignore-binding shows whether the rest is right.',
  },
  scope_insufficient: {
    stage: 'scopes',
    advice: 'Let the client ask for the scope, and see whether the issuer may grant it.',
  },
}

/**
 * The stage that a refusal comes from. A code that several stages have is told apart by the reason of the event: its
 * texts are fixed, and tests compare them with what core says.
 */
export function refusalOf(code: AccessTokenErrorCode, reason: string | undefined, isEncrypted: boolean): Refusal {
  const refusal = refusals[code] ?? { stage: 'form', advice: copied }
  const stage = otherStageOf(code, reason ?? '', isEncrypted)
  return stage === undefined ? refusal : { ...refusal, stage }
}

function otherStageOf(code: AccessTokenErrorCode, reason: string, isEncrypted: boolean): StageName | undefined {
  if (code === 'algorithm_refused' && reason.startsWith('the issuer')) return 'issuer'
  if (!isEncrypted) return undefined
  if (code === 'algorithm_refused') return 'decryption'
  if (code === 'token_malformed' && reason === 'the encrypted content is no JWS') return 'decryption'
  if (code === 'token_type_refused' && reason.startsWith('cty ')) return 'decryption'
  return code === 'claim_invalid' && reason.includes('in the JWE header') ? 'decryption' : undefined
}
