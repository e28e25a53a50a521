export { clientCredentialsGrant } from './client-credentials.ts'
export type { Grant, Granted } from './grant.ts'
export { refreshTokenGrant } from './refresh-token.ts'
export { type SubjectTokenVerifier, tokenExchangeGrant, type VerifiedSubjectToken } from './token-exchange.ts'
