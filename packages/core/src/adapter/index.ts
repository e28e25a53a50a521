/**
 * What an adapter for a framework is made of. Applications do not need it.
 *
 * @module
 */
export { andThen, type Awaitable, isPromise } from '../awaitable.ts'
export { authenticationOf, optionalAuthenticationOf } from './admissions.ts'
export { answerTo } from './answer.ts'
export { showAuthentication } from './auth-property.ts'
export { createGate, type Gate, type ProtectInput, type ProtectOptions } from './gate.ts'
export {
  anyScopePolicy,
  type ClaimRequirement,
  claimPolicy,
  type Policy,
  type Predicate,
  predicatePolicy,
  type RequiredClaim,
  scopesPolicy,
} from '../policy/index.ts'
export { createStamp, type Stamp } from './stamp.ts'
