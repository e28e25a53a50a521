import type { Attack } from '../attack.ts'
import { firstGoodToken, neutralSignature, pointOfOrder8 } from '../world/small-order.ts'
import { compact } from '../world/compact.ts'
import { forgeWithExponent1 } from '../world/rsa-forgery.ts'

/** Keys that are published, but too weak to believe. */
export const weakKeys: readonly Attack[] = [
  {
    name: 'a token of an RSA key with the exponent 1',
    attacker: 'Needs no private key: with this exponent the padded hash is its own signature.',
    source: 'RFC 8017 §3.1, CWE-326',
    proves: ['JOSE-11'],
    expected: [401, 'key_unknown'],
    token: ({ claims }) =>
      compact({ alg: 'RS256', typ: 'at+jwt', kid: 'exponent-1' }, claims(), (input) => forgeWithExponent1(input, 256)),
  },
  {
    name: 'a token of an RSA key of 1024 bits',
    attacker: 'Has factored the modulus.',
    source: 'RFC 7518 §3.3 (2048 bits or larger)',
    proves: ['JOSE-11'],
    expected: [401, 'key_unknown'],
    token: ({ token, keys }) => token({ key: keys.short }),
  },
  {
    name: 'a token of an RSA key of 16,384 bits',
    attacker: 'Makes every check take long.',
    source: 'CWE-400, CVE-2023-6237',
    proves: ['JOSE-11'],
    expected: [401, 'key_unknown'],
    token: ({ claims }) =>
      compact({ alg: 'RS256', typ: 'at+jwt', kid: 'long' }, claims(), () => Buffer.alloc(2048, 0x7f)),
  },
  {
    name: 'a token of an EC key that is no point of its curve',
    attacker: 'Has brought a point of a weaker curve into the key set.',
    source: 'RFC 8725 §3.4',
    proves: ['JOSE-11'],
    expected: [401, 'key_unknown'],
    token: ({ token, keys }) => token({ key: keys.stranger, header: { kid: 'off-curve' } }),
  },
  {
    name: 'a token of an Ed25519 key that is the neutral point',
    attacker: 'Needs no private key: under this key R = the neutral point and S = 0 sign everything.',
    source: 'RFC 8032 §5.1.7, Chalkias et al. 2020 (Taming the many EdDSAs)',
    proves: ['JOSE-11'],
    expected: [401, 'key_unknown'],
    token: ({ claims }) => compact({ alg: 'EdDSA', typ: 'at+jwt', kid: 'neutral' }, claims(), () => neutralSignature),
  },
  {
    name: 'a token of an Ed25519 key that is a point of order 8',
    attacker: 'Needs no private key: one signature in eight is good without any, so it tries eight tokens.',
    source: 'RFC 8032 §5.1.7, Chalkias et al. 2020 (Taming the many EdDSAs)',
    proves: ['JOSE-11'],
    expected: [401, 'key_unknown'],
    token: ({ claims }) =>
      firstGoodToken(pointOfOrder8, (attempt) =>
        compact(
          { alg: 'EdDSA', typ: 'at+jwt', kid: 'small-order' },
          claims({ jti: `forged-${attempt}` }),
          () => neutralSignature,
        ),
      ),
  },
]
