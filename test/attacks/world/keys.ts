import { randomBytes } from 'node:crypto'
import { segment } from './compact.ts'
import { neutralPoint, pointOfOrder8 } from './small-order.ts'
import { makeRsaSigner, makeSigner, type Signer } from './signers.ts'

export type Keys = ReturnType<typeof makeKeys>

/** The issuer's keys, good and bad ones, all in one set; those of another issuer; and the attacker's own. */
export function makeKeys() {
  const good = {
    ec: makeSigner('ES256', 'ec'),
    rsa: makeSigner('RS256', 'rsa'),
    ed: makeSigner('EdDSA', 'ed'),
    ec384: makeSigner('ES384', 'ec384'),
    ec521: makeSigner('ES512', 'ec521'),
    pss: makeSigner('PS256', 'pss'),
    /** A public exponent of 3 is allowed, and makes forgery easy for who checks the padding badly. */
    rsa3: makeRsaSigner('RS256', 'rsa3', { publicExponent: 3 }),
    /** Published without `alg`: any that suits its type. */
    plain: makeSigner('RS256', 'plain', { use: 'sig' }),
  }
  const unfit = {
    forEncryption: makeSigner('RS256', 'for-encryption', { use: 'enc' }),
    forSigning: makeSigner('ES256', 'for-signing', { key_ops: ['sign'] }),
    short: makeRsaSigner('RS256', 'short', { modulusLength: 1024 }),
    koblitz: makeSigner('ES256K', 'koblitz'),
  }
  const published: object[] = [
    ...signersIn(good).map(({ publicJwk }) => publicJwk),
    ...signersIn(unfit).map(({ publicJwk }) => publicJwk),
    ...brokenKeys(),
  ]
  return {
    ...good,
    ...unfit,
    published,
    usable: signersIn(good).map(({ publicJwk }) => publicJwk),
    /** Secret of the API that uses HMAC. */
    secret: randomBytes(32),
    /** A secret that the issuer published by mistake. */
    publishedSecret,
    /** Signs for the second tenant's issuer. */
    other: makeSigner('ES256', 'other'),
    /** The attacker's. */
    stranger: makeSigner('ES256', 'stranger'),
    strangerRsa: makeSigner('RS256', 'stranger-rsa'),
  }
}

function signersIn(signers: Readonly<Record<string, Signer>>): Signer[] {
  return Object.values(signers)
}

const publishedSecret = randomBytes(32)

/** 2048 bits, odd, nobody's: with the exponent 1 nobody needs its factors. */
export const anyModulus = Buffer.from(
  randomBytes(256).map((byte, index) => (index === 0 || index === 255 ? byte | 0x81 : byte)),
)

/** Published keys that have to be left out of the set. */
function brokenKeys(): object[] {
  return [
    { kty: 'RSA', kid: 'exponent-1', alg: 'RS256', n: segment(anyModulus), e: 'AQ' },
    { kty: 'RSA', kid: 'long', alg: 'RS256', n: segment(Buffer.alloc(2048, 0xff)), e: 'AQAB' },
    {
      kty: 'EC',
      kid: 'off-curve',
      alg: 'ES256',
      crv: 'P-256',
      x: segment(Buffer.alloc(32, 1)),
      y: segment(Buffer.alloc(32, 1)),
    },
    { kty: 'oct', kid: 'published-secret', alg: 'HS256', k: segment(publishedSecret) },
    { kty: 'OKP', kid: 'neutral', alg: 'EdDSA', crv: 'Ed25519', x: segment(neutralPoint) },
    { kty: 'OKP', kid: 'small-order', alg: 'EdDSA', crv: 'Ed25519', x: segment(pointOfOrder8) },
  ]
}
