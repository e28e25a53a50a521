export { examineAuthorizationServer } from './examine.ts'
export { type Place, searchMetadata } from './metadata-search.ts'
export { wellKnownOf } from './well-known.ts'
