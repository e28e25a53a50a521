import { signatureWords } from './algorithms.ts'
import { type Finding, problem } from './inspection.ts'

/** What the signature's bytes alone tell; whether it is right, only the issuer's key can (`sallyport verify`). */
export function findInSignature(alg: unknown, signature: Buffer): readonly Finding[] {
  if (typeof alg !== 'string') return []
  const { length, finding } = signatureWords(alg)
  const findings = finding === undefined ? [] : [finding]
  const isUnsigned = alg.toLowerCase() === 'none'
  if (signature.length === 0) {
    const message = 'Its signature is missing: the part after the last dot is empty.'
    return isUnsigned ? findings : [...findings, problem('signature_missing', message, 'Perhaps the end was cut off.')]
  }
  if (isUnsigned || length === undefined || signature.length === length) return findings
  if (alg.startsWith('ES') && isDer(signature)) {
    const message = 'Its signature is encoded as DER; a JWS has the two numbers side by side (RFC 7518 §3.4).'
    return [...findings, problem('signature_der', message, "In Node.js sign with dsaEncoding: 'ieee-p1363'.")]
  }
  const message = `Its signature has ${signature.length} bytes; one of ${alg} has ${length}.`
  return [...findings, problem('signature_length', message, 'Perhaps the end was cut off.')]
}

/** A SEQUENCE that is as long as it says (ITU-T X.690). */
function isDer(bytes: Buffer): boolean {
  const long = bytes[1] === 0x81
  return bytes[0] === 0x30 && (long ? bytes[2] === bytes.length - 3 : bytes[1] === bytes.length - 2)
}
