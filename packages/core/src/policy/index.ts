export { type ClaimRequirement, claimPolicy, type RequiredClaim } from './claim.ts'
export type { Policy } from './policy.ts'
export { type Predicate, predicatePolicy } from './predicate.ts'
export { anyScopePolicy, scopesPolicy } from './scopes.ts'
