import { create as createRaw } from '../contenders/raw.ts'
import type { Contender } from '../contenders/contender.ts'
import type { Situation } from '../situation.ts'

/** Something that issues access tokens, set up for one situation. */
export type Issue = (subject: string) => unknown

/** What each file of a contender exports as `create`; `undefined` where it cannot issue such tokens. */
export type CreateIssuing = (situation: IssuingSituation) => Promise<Issue | undefined>

/** A situation with what signs. */
export interface IssuingSituation extends Situation {
  readonly signingKey: JsonWebKey & { readonly kid: string; readonly alg: string }
}

type JsonWebKey = Situation['verificationKey']

/**
 * Issuing in the place of verifying: what comes in turn are subjects, and what is checked is whether the token that was
 * made of one passes the verifier that is written by hand, and names it.
 */
export async function asContender(issue: Issue, situation: Situation): Promise<Contender> {
  const verifier = await createRaw(situation)
  if (verifier === undefined) throw new Error('nothing to check tokens with')
  return {
    verify: issue,
    subjectOf: (token) => verifier.subjectOf(verifier.verify(token as string)),
  }
}
