export {
  findSignatureAlgorithm,
  isSecretAlgorithm,
  type PublicKeyAlgorithm,
  type SecretAlgorithm,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from './algorithms.ts'
export { type VerificationKey, verifySignature } from './verify.ts'
