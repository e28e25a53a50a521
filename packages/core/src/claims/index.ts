export { checkClaims, checkPredicates, parseWithSchema } from './claims.ts'
export type { StandardSchema } from './standard-schema.ts'
export { checkTime, type ValidityPeriod } from './time.ts'
