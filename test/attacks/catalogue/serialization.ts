import type { Attack } from '../attack.ts'
import { compact, segment, segmentsOf, withTrailingBits } from '../world/compact.ts'
import type { World } from '../world/world.ts'

/** A good token's segments, changed. */
const changed = (change: (segments: string[]) => readonly string[]) => (world: World) =>
  change(segmentsOf(world.token())).join('.')

/** A payload whose length leaves unused bits in its last character. */
function unevenToken(world: World): string[] {
  const claims = JSON.stringify(world.claims())
  return segmentsOf(
    compact(
      { alg: 'ES256', typ: 'at+jwt', kid: 'ec' },
      claims + ' '.repeat(2 - ((claims.length + 1) % 3)),
      world.keys.ec.sign,
    ),
  )
}

const forms: readonly (readonly [name: string, token: (world: World) => string])[] = [
  ['padding after its signature', changed(([h, p, s]) => [h!, p!, `${s}==`])],
  ['unused bits set in its signature', changed(([h, p, s]) => [h!, p!, withTrailingBits(s!)])],
  [
    'unused bits set in its payload',
    (world) => {
      const [h, p, s] = unevenToken(world)
      return [h, withTrailingBits(p!), s].join('.')
    },
  ],
  [
    'the alphabet of plain base64 in its signature',
    (world) => {
      // Nearly every signature has one of the two characters; the first that has is taken.
      for (;;) {
        const [h, p, s] = segmentsOf(world.token())
        const plain = s!.replaceAll('-', '+').replaceAll('_', '/')
        if (plain !== s) return [h, p, plain].join('.')
      }
    },
  ],
  ['one character more in its signature', changed(([h, p, s]) => [h!, p!, `${s}AAA`])],
  ['a tilde in its payload', changed(([h, p, s]) => [h!, `${p}~`, s!])],
  ['a fourth segment', changed((segments) => [...segments, 'AAAA'])],
  ['an empty fourth segment', changed((segments) => [...segments, ''])],
  ['an empty payload', changed(([h, , s]) => [h!, '', s!])],
  ['an empty header', changed(([, p, s]) => ['', p!, s!])],
  ['only two dots', () => '..'],
  ['8,000 dots', () => '.'.repeat(8_000)],
  ['a percent-encoded dot', changed(([h, p, s]) => [`${h}~2E${p}`, s!])],
]

const payloads: readonly (readonly [name: string, payload: string | Buffer])[] = [
  ['an array', '[]'],
  ['a text', '"claims"'],
  ['a number', '1'],
  ['null', 'null'],
  ['nothing', ''],
  ['a byte order mark before its claims', '\ufeff{}'],
  ['bytes that are no UTF-8', Buffer.from('7b22737562223a22ff227d', 'hex')],
  ['two objects', '{}{}'],
  ['a lone bracket', '{'],
  ['NaN', '{"exp":NaN}'],
  ['1,000 levels', `{"x":${'['.repeat(1_000)}${']'.repeat(1_000)}}`],
  ['5,000 levels', `{"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
]

/** Tokens whose text is not exactly what was signed, or not a token at all. */
export const serialization: readonly Attack[] = [
  ...forms.map(([name, token]): Attack => ({
    name: `a token with ${name}`,
    attacker: 'Makes another text of the same token, to pass deny lists, caches and logs, or to confuse a splitter.',
    source: 'RFC 7515 §2, §7.1, RFC 4648 §3.5, CVE-2025-30204',
    proves: /segment|dots/.test(name) ? ['JOSE-1'] : ['JOSE-2'],
    expected: [401, 'token_malformed'],
    token,
  })),
  ...payloads.map(([name, payload]): Attack => ({
    name: `a well-signed token whose payload is ${name}`,
    attacker: 'Has something signed that is no claims set.',
    source: 'RFC 7519 §7.2',
    proves: /levels/.test(name) ? ['JOSE-15'] : ['JOSE-3'],
    expected: [401, 'token_malformed'],
    token: ({ keys }) => compact({ alg: 'ES256', typ: 'at+jwt', kid: 'ec' }, payload, keys.ec.sign),
  })),
  {
    name: 'JSON serialization in the Authorization field',
    attacker: 'Sends the token in the other serialization, which has unprotected headers.',
    source: 'RFC 7515 §7.2, CVE-2022-39227',
    proves: ['JOSE-1', 'CRED-1'],
    expected: [400, 'credential_malformed'],
    request: ({ token }) => {
      const [header, payload, signature] = segmentsOf(token())
      return { headers: [['Authorization', `Bearer ${JSON.stringify({ protected: header, payload, signature })}`]] }
    },
  },
  {
    name: 'JSON serialization around a compact token',
    attacker: 'Mixes both serializations, so that one part is verified and another is read.',
    source: 'CVE-2022-39227',
    proves: ['JOSE-1'],
    expected: [401, 'token_malformed'],
    token: ({ token, claims }) =>
      `${segment(JSON.stringify({ payload: segment(claims({ sub: 'admin' })) }))}.${token()}`,
  },
]
