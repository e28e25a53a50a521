export { type Answer } from './answers.ts'
export type { TestAuthority, TestAuthorityOptions, RotateOptions } from './authority.ts'
export type { TestEncryptionOptions } from './encryption.ts'
export type { MintOptions } from './mint.ts'
export {
  type ReceivedRequest,
  type RunningTestIssuer,
  type RunningTestVerifierOptions,
  startTestIssuer,
} from './running-test-issuer.ts'
export { createTestIssuer, type TestIssuer, type TestIssuerOptions, type TestVerifierOptions } from './test-issuer.ts'
export {
  type WrongEncryptedTokenKind,
  wrongEncryptedTokens,
  type WrongSignedTokenKind,
  type WrongToken,
  type WrongTokenKind,
  wrongTokens,
} from './wrong-tokens.ts'
