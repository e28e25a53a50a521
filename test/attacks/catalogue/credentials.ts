import type { AccessTokenErrorCode } from '@sallyport/core'
import type { Attack, HttpRequest } from '../attack.ts'
import type { World } from '../world/world.ts'

type Fields = HttpRequest['headers']

const bearer = (world: World) => `Bearer ${world.token()}`

const malformed: readonly (readonly [name: string, value: (token: string) => string])[] = [
  ['no token after the scheme', () => 'Bearer'],
  ['only spaces after the scheme', () => `Bearer${' '.repeat(200)}`],
  ['a tab after the scheme', (token) => `Bearer\t${token}`],
  ['a token in quotes', (token) => `Bearer "${token}"`],
  ['a token in angle brackets', (token) => `Bearer <${token}>`],
  ['two tokens', (token) => `Bearer ${token} ${token}`],
  ['a comma list of two credentials', (token) => `Bearer ${token}, Bearer ${token}`],
  ['a parameter', (token) => `Bearer token=${token}`],
  ['a parameter after the token', (token) => `Bearer ${token},realm="x"`],
  ['the scheme twice', (token) => `Bearer Bearer ${token}`],
  ['a colon after the scheme', (token) => `Bearer: ${token}`],
  ['a percent-encoded space', (token) => `Bearer%20${token}`.replace('%', ' %')],
  ['a letter beyond ASCII', (token) => `Bearer ${token}\u00e9`],
  ['a semicolon', (token) => `Bearer ${token};`],
]

const absent: readonly (readonly [name: string, source: string, headers: (token: string) => Fields])[] = [
  ['no credential', 'RFC 6750 §3', () => []],
  ['Basic credentials', 'RFC 7617', () => [['Authorization', 'Basic dXNlcjpwYXNz']]],
  [
    'Basic credentials with the token as password',
    'RFC 7617',
    (token) => [['Authorization', `Basic ${Buffer.from(`u:${token}`).toString('base64')}`]],
  ],
  ['a scheme that only begins like Bearer', 'RFC 9110 §11.1', (token) => [['Authorization', `BearerX ${token}`]]],
  ['a percent sign after the scheme', 'RFC 9110 §11.1', (token) => [['Authorization', `Bearer%20${token}`]]],
  ['the token without a scheme', 'RFC 9110 §11.6.2', (token) => [['Authorization', token]]],
  ['Proxy-Authorization', 'RFC 9110 §11.7.2', (token) => [['Proxy-Authorization', `Bearer ${token}`]]],
  ['X-Forwarded-Authorization', 'CWE-290', (token) => [['X-Forwarded-Authorization', `Bearer ${token}`]]],
  ['X-Original-Authorization', 'CWE-290', (token) => [['X-Original-Authorization', `Bearer ${token}`]]],
  ['X-Access-Token', 'CWE-290', (token) => [['X-Access-Token', token]]],
  ['Authorization with an underscore', 'CWE-290', (token) => [['Authorization_', `Bearer ${token}`]]],
  [
    'identity headers of a gateway',
    'CVE-2025-64484',
    () => [
      ['X-Forwarded-User', 'admin'],
      ['X-Auth-Request-Email', 'admin@example.com'],
      ['X-User-Id', '1'],
    ],
  ],
  [
    'a cookie where none is configured',
    'RFC 6750 §2',
    (token) => [['Cookie', `__Host-access=${token}; access_token=${token}; token=${token}`]],
  ],
  [
    'a WebSocket protocol that holds the token',
    'RFC 6455 §11.3.4',
    (token) => [['Sec-WebSocket-Protocol', `bearer, ${token}`]],
  ],
]

/** Fields that some framework looks at when it is behind a proxy. */
const proxyFields = ['X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-For', 'Forwarded', 'Accept', 'User-Agent']

/** The credential is not one Bearer token in the Authorization field. */
export const credentials: readonly Attack[] = [
  ...malformed.map(([name, value]): Attack => ({
    name: `an Authorization field with ${name}`,
    attacker: 'Writes the field so that a gateway finds one token in it, and the API another.',
    source: 'RFC 6750 §2.1, RFC 9110 §11.4',
    proves: ['CRED-1'],
    expected: [400, 'credential_malformed'],
    request: ({ token }) => ({ headers: [['Authorization', value(token())]] }),
  })),
  ...absent.map(([name, source, headers]): Attack => ({
    name: `a request with ${name}`,
    attacker: 'Presents no access token where access tokens are looked for, or puts it elsewhere.',
    source,
    proves: ['CHAL-1'],
    expected: [401, 'credential_missing'],
    request: ({ token }) => ({ headers: headers(token()) }),
  })),
  ...(
    [
      [
        'a good and a bad token in two fields',
        (good) => [
          ['Authorization', good],
          ['Authorization', 'Bearer x.y.z'],
        ],
      ],
      [
        'a bad and a good token in two fields',
        (good) => [
          ['Authorization', 'Bearer x.y.z'],
          ['Authorization', good],
        ],
      ],
      [
        'the same token in two fields',
        (good) => [
          ['Authorization', good],
          ['Authorization', good],
        ],
      ],
      [
        'two fields spelled differently',
        (good) => [
          ['authorization', good],
          ['AUTHORIZATION', good],
        ],
      ],
      [
        'an empty field before the good one',
        (good) => [
          ['Authorization', ''],
          ['Authorization', good],
        ],
      ],
      [
        'Basic and Bearer',
        (good) => [
          ['Authorization', 'Basic dXNlcjpwYXNz'],
          ['Authorization', good],
        ],
      ],
    ] as readonly (readonly [string, (good: string) => Fields])[]
  ).map(([name, headers]): Attack => ({
    name: `a request with ${name}`,
    attacker:
      'Sends the field twice: Node.js shows only the first to most readers, and a gateway may look at the last.',
    source: 'RFC 9110 §5.3, CWE-444',
    proves: ['CRED-2'],
    expected: [400, 'credential_ambiguous'],
    request: (world) => ({ headers: headers(bearer(world)) }),
  })),
  ...(
    [
      ['the query', (token) => ({ path: `/reports?access_token=${token}`, headers: [] })],
      [
        'the query, with another name',
        (token) => ({ path: `/reports?token=${token}&jwt=${token}&authorization=Bearer%20${token}`, headers: [] }),
      ],
      [
        'a form',
        (token) => ({
          method: 'POST',
          headers: [['Content-Type', 'application/x-www-form-urlencoded']],
          body: `access_token=${token}`,
        }),
      ],
      [
        'a JSON body',
        (token) => ({
          method: 'POST',
          headers: [['Content-Type', 'application/json']],
          body: JSON.stringify({ access_token: token, authorization: `Bearer ${token}` }),
        }),
      ],
      [
        'a form that is sent with GET',
        (token) => ({
          headers: [['Content-Type', 'application/x-www-form-urlencoded']],
          body: `access_token=${token}`,
        }),
      ],
    ] as readonly (readonly [string, (token: string) => HttpRequest])[]
  ).map(([name, request]): Attack => ({
    name: `a good token in ${name}`,
    attacker:
      "Makes somebody else's browser, or a log, carry the token: both places leak, and a form can be sent cross-site.",
    source: 'RFC 9700 §4.3.2, RFC 6750 §2.2, §2.3',
    proves: ['CRED-4'],
    expected: [401, 'credential_missing'],
    request: ({ token }) => request(token()),
  })),
  {
    name: "a stranger's token in the field while a good one is in the query",
    attacker: 'Hopes that one of the two is verified and the other is used.',
    source: 'RFC 6750 §2',
    proves: ['CRED-4'],
    expected: [401, 'signature_invalid'],
    request: ({ token, keys }) => ({
      path: `/reports?access_token=${token()}`,
      headers: [['Authorization', `Bearer ${token({ key: keys.stranger, header: { kid: 'ec' } })}`]],
    }),
  },
  ...['OPTIONS', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].map((method): Attack => ({
    name: `${method} without a credential`,
    attacker: 'Tries methods that are often forgotten, or let pass for CORS.',
    source: 'CWE-650, RFC 6750 §3',
    proves: ['CHAL-1'],
    expected: [401, 'credential_missing'],
    request: () => ({
      method,
      headers: [
        ['Origin', 'https://evil.example'],
        ['Access-Control-Request-Method', 'GET'],
      ],
    }),
  })),
  ...(
    [
      ['slow patterns: 15,000 equals signs', `Bearer ${'='.repeat(15_000)}`, 400, 'credential_malformed'],
      [
        'slow patterns: letters, and then what matches nothing',
        `Bearer ${'a'.repeat(15_000)}!`,
        400,
        'credential_malformed',
      ],
      ['slow patterns: letters and equals signs by turns', `Bearer ${'a='.repeat(7_500)}`, 400, 'credential_malformed'],
      ['15,000 spaces', `Bearer ${' '.repeat(15_000)}x`, 401, 'token_malformed'],
      ['15,000 dots', `Bearer ${'.'.repeat(15_000)}`, 401, 'token_malformed'],
      ['a header of 15,000 characters', `Bearer ${'A'.repeat(15_000)}.e30.AA`, 401, 'token_malformed'],
      [
        'a payload of 15,000 characters',
        `Bearer eyJhbGciOiJFUzI1NiJ9.${'A'.repeat(15_000)}.AA`,
        401,
        'token_malformed',
      ],
      [
        'a signature of 15,000 characters',
        `Bearer eyJhbGciOiJFUzI1NiJ9.e30.${'A'.repeat(14_996)}`,
        401,
        'claim_missing',
      ],
    ] as readonly (readonly [string, string, 400 | 401, AccessTokenErrorCode])[]
  ).map(([name, value, status, code]): Attack => ({
    name: `an Authorization field with ${name}`,
    attacker: 'Sends what a backtracking pattern, or a loop in a loop, needs long for.',
    source: 'CWE-1333, CVE-2025-22868, CVE-2025-27144',
    proves: [],
    expected: [status, code],
    request: () => ({ headers: [['Authorization', value]] }),
  })),
  ...proxyFields.map((field): Attack => ({
    name: `a request with ${field} of 15,000 spaces and commas, and no credential`,
    attacker: 'Sends a field that somebody splits with a slow pattern.',
    source: 'CVE-2025-25200 (Koa), CWE-1333',
    proves: ['CRED-8'],
    expected: [401, 'credential_missing'],
    request: () => ({ headers: [[field, `x${' ,'.repeat(7_500)}x`]] }),
  })),
]
