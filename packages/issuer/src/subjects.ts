import { createHmac } from 'node:crypto'
import type { Given } from './checks.ts'
import { checkOneOf } from './checks.ts'
import { IssuerConfigurationError, kindOf } from './configuration-error.ts'

/** What `sub` says of a user: the same to everybody, or something else to each API (OpenID Connect Core 1.0 §8). */
export type SubjectType = 'public' | 'pairwise'

/** Gives the `sub` for a subject, at the resource servers of one sector. */
export type SubjectFor = (subject: string, clientId: string, sector: string | undefined) => string

/** How an issuer names subjects. */
interface Subjects {
  readonly subjectType: SubjectType
  readonly subjectFor: SubjectFor
}

const minSecretBytes = 32

/**
 * How subjects are named.
 *
 * @throws IssuerConfigurationError
 */
export function readSubjectType({ subjectType: given, pairwiseSecret }: Given): Subjects {
  const subjectType = checkOneOf(given ?? 'public', ['public', 'pairwise'] as const, 'subjectType')
  if (subjectType === 'public') {
    if (pairwiseSecret === undefined) return { subjectType, subjectFor: (subject) => subject }
    throw new IssuerConfigurationError(
      'pairwiseSecret',
      kindOf(pairwiseSecret),
      'nothing, unless subjectType is pairwise',
    )
  }
  const secret = readSecret(pairwiseSecret)
  const subjectFor: SubjectFor = (subject, clientId, sector) => {
    // RFC 9068 §2.2: a client that acts for itself; what it is called is no secret.
    if (subject === clientId) return subject
    if (sector === undefined) {
      const takes = 'one API: a pairwise subject is another one for each, unless they have one sector'
      throw new IssuerConfigurationError('audience', 'several', takes)
    }
    // The length keeps "a" for "bc" apart from "ab" for "c".
    return createHmac('sha256', secret).update(`${sector.length}:${sector}${subject}`).digest('base64url')
  }
  return { subjectType, subjectFor }
}

function readSecret(given: unknown): Buffer {
  const bytes = typeof given === 'string' && /^[\w-]+$/.test(given) ? Buffer.from(given, 'base64url') : given
  if (bytes instanceof Uint8Array && bytes.length >= minSecretBytes) return Buffer.from(bytes)
  const takes = `at least ${minSecretBytes} random bytes, as they are or as base64url, which never change`
  throw new IssuerConfigurationError('pairwiseSecret', kindOf(given), takes)
}
