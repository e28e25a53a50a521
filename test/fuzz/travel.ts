import type { AccessTokenErrorCode } from '@sallyport/core'
import type { Clock } from './clock.ts'
import type { Disagreement } from './disagreement.ts'
import { present, type Presentation } from './presentation.ts'
import { claimRefusals } from './reference/claims.ts'
import type { ReferenceVerdict } from './reference/reference.ts'
import type { Site } from './subject.ts'

/**
 * Presents a token that was accepted again at the edges of its time: what is remembered must end, and begin, with it
 * (JOSE-13).
 */
export async function travel(
  { policy, subjects }: Site,
  { token, now }: Presentation,
  { genuine }: ReferenceVerdict,
  clock: Clock,
): Promise<Disagreement[]> {
  if (genuine === undefined) return []
  const { issuer, header, claims } = genuine
  const tolerance = policy.clockToleranceSeconds
  const { exp = now, nbf = exp } = claims
  const times = [exp + tolerance - 1, exp + tolerance, Math.max(0, nbf - tolerance), Math.max(0, nbf - tolerance - 1)]
  const then = times[Math.floor(now) % times.length]!
  clock.set(then)
  const codes = claimRefusals(policy, issuer, header, claims, then)
  const disagreements: Disagreement[] = []
  for (const { name: subject, verifier } of subjects) {
    const { answer, error } = await present(verifier, token)
    const expected = codes.size === 0 ? 'accepted' : [...codes].join(' or ')
    const isExpected = codes.size === 0 ? answer === 'accepted' : codes.has(answer as AccessTokenErrorCode)
    const kind = answer === 'accepted' ? 'laxer' : 'another code'
    if (!isExpected) {
      const actual = `${String(answer ?? error)} at ${then}, remembered from ${now}`
      disagreements.push({ kind, policy: policy.name, subject, expected, actual })
    }
  }
  clock.set(now)
  return disagreements
}
