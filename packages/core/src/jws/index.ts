export {
  findSignatureAlgorithm,
  isSecretAlgorithm,
  type PublicKeyAlgorithm,
  type SecretAlgorithm,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from './algorithms.ts'
export type { VerifyOn } from './verification-load.ts'
export { type Signed, type VerificationKey, verifySignature } from './verify.ts'
