import type { Attack } from '../attack.ts'
import { compact } from '../world/compact.ts'
import type { World } from '../world/world.ts'

/** Good claims, and text behind them: JSON that no object literal makes. */
const withText =
  (text: string, leftOut: readonly string[] = []) =>
  (world: World) => {
    const claims = Object.fromEntries(Object.entries(world.claims()).filter(([name]) => !leftOut.includes(name)))
    const payload = `{${JSON.stringify(claims).slice(1, -1)},${text}}`
    return compact({ alg: 'ES256', typ: 'at+jwt', kid: 'ec' }, payload, world.keys.ec.sign)
  }

const pollution = {
  attacker: 'Names claims like inherited properties, so that a merge or a look-up changes every object of the process.',
  source: 'CWE-1321, CVE-2018-3721',
  proves: ['JOSE-3'],
} as const

/** Claims that are more than data, if they are handled carelessly. */
export const claims: readonly Attack[] = [
  {
    ...pollution,
    name: 'a claim named __proto__',
    expected: [200],
    token: withText('"__proto__":{"polluted":true,"isAdmin":true}'),
  },
  {
    ...pollution,
    name: 'a claim constructor.prototype',
    expected: [200],
    token: withText('"constructor":{"prototype":{"polluted":true}}'),
  },
  {
    ...pollution,
    name: 'claims with the names of the methods of objects',
    expected: [200],
    token: withText('"hasOwnProperty":1,"toString":1,"valueOf":1,"toJSON":1,"then":1,"length":-1'),
  },
  {
    ...pollution,
    name: 'a header with __proto__',
    expected: [200],
    token: ({ claims: goodClaims, keys }) =>
      compact('{"alg":"ES256","kid":"ec","__proto__":{"polluted":true,"crit":["x"]}}', goodClaims(), keys.ec.sign),
  },
  {
    ...pollution,
    name: 'aud in a prototype only',
    expected: [401, 'claim_missing'],
    token: withText('"__proto__":{"aud":"https://api.example"}', ['aud']),
  },
  {
    ...pollution,
    name: 'exp in a prototype only',
    expected: [401, 'claim_missing'],
    token: withText('"__proto__":{"exp":253402300799}', ['exp']),
  },
  {
    ...pollution,
    proves: ['POLICY-3'],
    name: 'the scope admin in a prototype only',
    path: '/admin',
    expected: [403, 'scope_insufficient'],
    token: withText('"__proto__":{"scope":"admin"}', ['scope']),
  },
  ...(
    [
      ['in capitals', 'ADMIN'],
      ['as a part of a longer one', 'admin:read superadmin'],
      ['after a comma', 'reports:read,admin'],
      ['after a tab', 'reports:read\tadmin'],
      ['after a line break', 'reports:read\nadmin'],
      ['after a no-break space', 'reports:read\u00a0admin'],
      ['as a pattern', 'adm* *'],
      ['in quotes', '"admin"'],
      ['in another alphabet', 'аdmin'],
    ] as const
  ).map(([name, scope]): Attack => ({
    name: `the scope admin ${name}`,
    attacker: 'Got a scope granted that only looks like the one that the route needs.',
    source: 'RFC 6749 §3.3',
    proves: ['POLICY-2'],
    path: '/admin',
    expected: [403, 'scope_insufficient'],
    token: ({ token }) => token({ claims: { scope } }),
  })),
  ...[1, true, { admin: true }, ['admin', 1], [['admin']], ['reports:read admin']].map((scope): Attack => ({
    name: `a scope that is ${JSON.stringify(scope)}`,
    attacker: 'Gives scope another form, so that a careless test for it is true.',
    source: 'RFC 9068 §2.2.3',
    proves: ['POLICY-2'],
    path: '/admin',
    expected: [401, 'claim_invalid'],
    token: ({ token }) => token({ claims: { scope } }),
  })),
  ...(['sub', 'jti', 'client_id'] as const).flatMap((claim) =>
    [1, ['user-1'], {}, true, null].map((value): Attack => ({
      name: `a ${claim} that is ${JSON.stringify(value)}`,
      attacker: 'Gives a claim another type, which a database query or a comparison takes differently.',
      source: 'RFC 7519 §4.1, CWE-843',
      proves: ['CLAIM-6'],
      expected: [401, 'claim_invalid'],
      token: ({ token }) => token({ claims: { [claim]: value } }),
    })),
  ),
]
