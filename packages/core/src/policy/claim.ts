import { isTrue } from '../awaitable.ts'
import { ConfigurationError } from '../configuration-error.ts'
import { AccessTokenError } from '../error.ts'
import type { Policy } from './policy.ts'

/** What a claim may be required to be: a value, one of several, or what a predicate accepts. */
export type ClaimRequirement = ClaimValue | readonly ClaimValue[] | ((value: unknown) => boolean)

type ClaimValue = string | number | boolean

/** The rest of `claimPolicy`'s parameters: what the claim has to be, or nothing where it only has to be there. */
export type RequiredClaim = readonly [] | readonly [required: ClaimRequirement]

/**
 * Asks for a claim: present, or with a value. An array claim has a value when it contains it.
 *
 * @param claim a claim's whole name (dots in it mean nothing), or the path to a member of it
 * @param requirement what it has to be; leaving it out asks for presence, `undefined` is refused: an option that is not
 *   set must not turn into "any value"
 * @throws ConfigurationError
 */
export function claimPolicy(claim: string | readonly string[], ...requirement: RequiredClaim): Policy {
  const path: readonly string[] = typeof claim === 'string' ? [claim] : Array.isArray(claim) ? [...claim] : []
  if (path.length === 0 || path.some((name) => typeof name !== 'string' || name === '')) {
    throw new ConfigurationError('requireClaim', claim, "a claim's name, or an array of names as the path to a member")
  }
  const accepts = requirement.length === 0 ? isPresent : requirementOf(requirement[0])
  return {
    description: { kind: 'claim', path: Object.freeze(path) },
    require: ({ claims }) => {
      if (!accepts(valueAt(claims, path))) throw new AccessTokenError('policy_denied')
    },
  }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

function requirementOf(required: ClaimRequirement | undefined): (value: unknown) => boolean {
  if (typeof required === 'function') return (value) => value !== undefined && isTrue(required(value))
  const values: ReadonlySet<unknown> = new Set(Array.isArray(required) ? required : [required])
  const kinds = ['string', 'number', 'boolean']
  if (values.size === 0 || ![...values].every((value) => kinds.includes(typeof value))) {
    throw new ConfigurationError(
      'requireClaim',
      required,
      'a string, number or boolean, several of them, or a function',
    )
  }
  return (value) => (Array.isArray(value) ? value.some((member) => values.has(member)) : values.has(value))
}

/** POLICY-3: own properties only, so that no claim is found that the token does not have. */
function valueAt(claims: unknown, path: readonly string[]): unknown {
  let value = claims
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}
