import type { Attack } from '../attack.ts'
import { compact } from '../world/compact.ts'

const crits: readonly unknown[] = [
  ['exp'],
  ['b64'],
  ['http://example.invalid/x'],
  ['alg'],
  [],
  'exp',
  {},
  null,
  true,
  [1],
]

const malformedHeaders: readonly (readonly [name: string, header: string | Buffer])[] = [
  ['alg twice, good first', '{"alg":"ES256","kid":"ec","alg":"none"}'],
  ['alg twice, good last', '{"alg":"none","kid":"ec","alg":"ES256"}'],
  ['alg twice, once with an escape', '{"alg":"ES256","kid":"ec","\\u0061lg":"none"}'],
  ['kid twice', '{"alg":"ES256","kid":"ec","kid":"stranger"}'],
  ['typ twice', '{"alg":"ES256","kid":"ec","typ":"at+jwt","typ":"dpop+jwt"}'],
  ['a member twice inside another', '{"alg":"ES256","kid":"ec","jwk":{"kty":"EC","kty":"oct"}}'],
  ['a byte order mark before it', '\ufeff{"alg":"ES256","kid":"ec"}'],
  ['bytes that are no UTF-8', Buffer.from('7b22616c67223a224553323536222c226b6964223a22ff227d', 'hex')],
  ['an overlong encoding in it', Buffer.from('7b22616c67223a224553323536222c226b6964223a22c1a5227d', 'hex')],
  ['JSON that goes on after its end', '{"alg":"ES256","kid":"ec"}{"alg":"none"}'],
  ['a comment in it', '{"alg":"ES256",/*"kid":"x",*/"kid":"ec"}'],
  ['single quotes', "{'alg':'ES256','kid':'ec'}"],
  ['a trailing comma', '{"alg":"ES256","kid":"ec",}'],
  ['an array instead of an object', '["ES256"]'],
  ['a text instead of an object', '"ES256"'],
  ['null instead of an object', 'null'],
  ['nothing in it', ''],
  ['33 levels in it', `{"alg":"ES256","kid":"ec","x":${'['.repeat(33)}${']'.repeat(33)}}`],
  ['600 levels in it', `{"alg":"ES256","kid":"ec","x":${'['.repeat(600)}${']'.repeat(600)}}`],
  ['4,097 bytes', `{"alg":"ES256","kid":"ec","x":"${'x'.repeat(4097 - 32)}"}`],
  ['alg in its prototype only', '{"__proto__":{"alg":"ES256"},"kid":"ec"}'],
]

/** Headers in forms that parsers read differently, or that ask for what nobody can do. */
export const headerForms: readonly Attack[] = [
  ...crits.map((crit): Attack => ({
    name: `a well-signed token whose crit is ${JSON.stringify(crit)}`,
    attacker: 'Asks for an extension that changes what is verified, or for none, to see whether anybody looks.',
    source: 'RFC 7515 §4.1.11, CVE-2026-35042',
    proves: ['JOSE-7'],
    expected: [401, 'token_malformed'],
    token: ({ token }) => token({ header: { crit, exp: 1 } }),
  })),
  {
    name: 'b64 false with crit, and a payload that is not encoded',
    attacker: 'Signs the payload as it is, which a verifier that ignores b64 would read as something else.',
    source: 'RFC 7797 §6',
    proves: ['JOSE-7'],
    expected: [401, 'token_malformed'],
    token: ({ token }) => token({ header: { b64: false, crit: ['b64'] } }),
  },
  ...[false, null, 'false', 0].map((b64): Attack => ({
    name: `b64 ${JSON.stringify(b64)} without crit`,
    attacker: 'Leaves crit away, so that one verifier understands b64 and another does not.',
    source: 'RFC 7797 §6',
    proves: ['JOSE-7'],
    expected: [401, 'token_malformed'],
    token: ({ token }) => token({ header: { b64 } }),
  })),
  ...malformedHeaders.map(([name, header]): Attack => ({
    name: `a well-signed token whose header has ${name}`,
    attacker: 'Writes a header that a gateway and the API, or two stages of one library, read differently.',
    source: 'RFC 7515 §4, §5.2, RFC 8725 §2.6',
    proves: /levels/.test(name) ? ['JOSE-15'] : ['JOSE-3'],
    expected: [401, 'token_malformed'],
    token: ({ claims, keys }) => compact(header, claims(), keys.ec.sign),
  })),
]
