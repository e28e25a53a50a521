import type { Attack } from '../attack.ts'
import { compact } from '../world/compact.ts'

const unsigned = () => Buffer.alloc(0)

/** Every spelling that some library once took for "none". */
const spellings = ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\u0000', 'ｎｏｎｅ', 'null', '']

/** Tokens that nobody signed. */
export const algorithmNone: readonly Attack[] = [
  ...spellings.map((alg): Attack => ({
    name: `an unsigned token whose alg is ${JSON.stringify(alg)}`,
    attacker: 'Writes any claims, leaves the signature away, and says in the header that there is none.',
    source: 'RFC 8725 §2.1, CVE-2015-9235, CVE-2022-23540',
    proves: ['JOSE-4'],
    expected: [401, 'algorithm_refused'],
    token: ({ claims }) => compact({ alg, typ: 'at+jwt', kid: 'ec' }, claims(), unsigned),
  })),
  {
    name: 'alg none with a signature of the issuer after it',
    attacker: 'Keeps the signature of a good token, so that only the header says that it is unsigned.',
    source: 'RFC 8725 §2.1',
    proves: ['JOSE-4'],
    expected: [401, 'algorithm_refused'],
    token: ({ claims, keys }) => compact({ alg: 'none', typ: 'at+jwt', kid: 'ec' }, claims(), keys.ec.sign),
  },
  {
    name: 'an empty signature under an honest alg',
    attacker: 'Takes the signature off a good token and changes its claims.',
    source: 'CVE-2018-1000531, CVE-2020-28042',
    proves: ['JOSE-10'],
    expected: [401, 'signature_invalid'],
    token: ({ token }) => token({ claims: { sub: 'admin' } }).replace(/[^.]*$/, ''),
  },
  {
    name: 'a token of two segments',
    attacker: 'Leaves the signature and its dot away.',
    source: 'RFC 7519 §7.2, CVE-2018-1000531',
    proves: ['JOSE-1'],
    expected: [401, 'token_malformed'],
    token: ({ token }) => token().split('.', 2).join('.'),
  },
  {
    name: 'a header without alg',
    attacker: "Hopes that a missing alg means the library's default.",
    source: 'RFC 7515 §4.1.1',
    proves: ['JOSE-4'],
    expected: [401, 'token_malformed'],
    token: ({ token }) => token({ header: { alg: undefined } }),
  },
  ...[['ES256'], { name: 'ES256' }, null, 1, true].map((alg): Attack => ({
    name: `an alg that is ${JSON.stringify(alg)}`,
    attacker: 'Gives alg another type than string, to slip through a comparison.',
    source: 'RFC 7515 §4.1.1',
    proves: ['JOSE-4'],
    expected: [401, 'token_malformed'],
    token: ({ token }) => token({ header: { alg } }),
  })),
  ...['es256', 'ES256 ', 'ES-256', 'sha256', 'ES256K', 'ES256\u0000', '__proto__', 'constructor', 'toString'].map(
    (alg): Attack => ({
      name: `a well-signed token whose alg is ${JSON.stringify(alg)}`,
      attacker:
        'Spells an algorithm nearly right, or as the name of an inherited property, to reach another code path.',
      source: 'RFC 7515 §4.1.1 (case-sensitive), RFC 8725 §3.1',
      proves: ['JOSE-4'],
      expected: [401, 'algorithm_refused'],
      token: ({ token }) => token({ header: { alg } }),
    }),
  ),
]
