// A marker alone is no key: a parser of PEM, or a document about it, may name it.
const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----(\s|\\r|\\n)*(Proc-Type:|[A-Za-z0-9+/]{16})/
// The private member of EC, OKP and RSA keys, and the value of a symmetric key (RFC 7518 §6).
const jwk = /(?<![\w$.])(["']?)(d|k)\1\s*:\s*["'`][A-Za-z0-9_-]{20,}={0,2}["'`]/

/** The forms in which a text carries private or secret key material. */
export function findPrivateKeys(text: string): string[] {
  return [...(pem.test(text) ? ['PEM'] : []), ...(jwk.test(text) ? ['JWK'] : [])]
}
