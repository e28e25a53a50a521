import type { AccessTokenErrorCode } from '@sallyport/core'
import type { Attack, HttpRequest } from '../attack.ts'

type Fields = HttpRequest['headers']

type CookieTrick = readonly [
  name: string,
  status: 400 | 401,
  code: AccessTokenErrorCode,
  proves: string,
  headers: (token: string) => Fields,
]

const name = '__Host-access'

const tricks: readonly CookieTrick[] = [
  [
    'two cookies of the name, good first',
    400,
    'credential_ambiguous',
    'CRED-5',
    (token) => [['Cookie', `${name}=${token}; ${name}=x.y.z`]],
  ],
  [
    'two cookies of the name, good last',
    400,
    'credential_ambiguous',
    'CRED-5',
    (token) => [['Cookie', `${name}=x.y.z; ${name}=${token}`]],
  ],
  [
    'two cookies of the name in two fields',
    400,
    'credential_ambiguous',
    'CRED-5',
    (token) => [
      ['Cookie', `${name}=${token}`],
      ['Cookie', `${name}=${token}`],
    ],
  ],
  [
    'a cookie and a Bearer token',
    400,
    'credential_ambiguous',
    'CRED-3',
    (token) => [
      ['Cookie', `${name}=${token}`],
      ['Authorization', `Bearer ${token}`],
    ],
  ],
  [
    'a cookie and an empty Bearer credential',
    400,
    'credential_malformed',
    'CRED-1',
    (token) => [
      ['Cookie', `${name}=${token}`],
      ['Authorization', 'Bearer'],
    ],
  ],
  ['an empty cookie', 400, 'credential_malformed', 'CRED-5', () => [['Cookie', `${name}=`]]],
  ['a cookie of spaces', 400, 'credential_malformed', 'CRED-5', () => [['Cookie', `${name}=   `]]],
  ['a cookie in quotes', 401, 'token_malformed', 'CRED-5', (token) => [['Cookie', `${name}="${token}"`]]],
  [
    'a percent-encoded cookie',
    401,
    'token_malformed',
    'CRED-5',
    (token) => [['Cookie', `${name}=${token.replaceAll('.', '%2E')}`]],
  ],
  [
    'a cookie with a Bearer scheme in it',
    401,
    'token_malformed',
    'CRED-5',
    (token) => [['Cookie', `${name}=Bearer ${token}`]],
  ],
  ['a signed cookie (s:)', 401, 'token_malformed', 'CRED-5', (token) => [['Cookie', `${name}=s:${token}.sig`]]],
  ['a JSON cookie (j:)', 401, 'token_malformed', 'CRED-5', (token) => [['Cookie', `${name}=j:{"t":"${token}"}`]]],
  [
    'a comma instead of a semicolon',
    401,
    'token_malformed',
    'CRED-5',
    (token) => [['Cookie', `${name}=${token}, other=1`]],
  ],
  [
    'a cookie whose name begins like ours',
    401,
    'credential_missing',
    'CRED-5',
    (token) => [['Cookie', `${name}2=${token}`]],
  ],
  [
    'a cookie whose name ends like ours',
    401,
    'credential_missing',
    'CRED-5',
    (token) => [['Cookie', `x${name}=${token}`]],
  ],
  ['a cookie without the prefix', 401, 'credential_missing', 'CRED-5', (token) => [['Cookie', `access=${token}`]]],
  [
    'a cookie in small letters',
    401,
    'credential_missing',
    'CRED-5',
    (token) => [['Cookie', `${name.toLowerCase()}=${token}`]],
  ],
  ['a percent-encoded name', 401, 'credential_missing', 'CRED-5', (token) => [['Cookie', `%5F_Host-access=${token}`]]],
  [
    'a name in brackets',
    401,
    'credential_missing',
    'CRED-5',
    (token) => [['Cookie', `${name}[]=${token}; ${name}[0]=${token}`]],
  ],
  ['a name after a wide space', 401, 'credential_missing', 'CRED-5', (token) => [['Cookie', `\u00a0${name}=${token}`]]],
  [
    'a name after $Version and a comma',
    401,
    'credential_missing',
    'CRED-5',
    (token) => [['Cookie', `$Version=1,${name}=${token}`]],
  ],
  ['a nameless cookie', 401, 'credential_missing', 'CRED-5', (token) => [['Cookie', `=${name}=${token}`]]],
  [
    "a cookie inside another's quotes",
    401,
    'token_malformed',
    'CRED-5',
    (token) => [['Cookie', `a="x; ${name}=${token}"`]],
  ],
  ['a name without a value', 401, 'credential_missing', 'CRED-5', () => [['Cookie', name]]],
  ['15,000 semicolons', 401, 'credential_missing', 'CRED-5', () => [['Cookie', ';'.repeat(15_000)]]],
  ['15,000 spaces and equals signs', 401, 'credential_missing', 'CRED-5', () => [['Cookie', ' ='.repeat(7_500)]]],
]

/** Cookies that one parser reads as ours, and another does not. */
export const cookies: readonly Attack[] = tricks.map(([trick, status, code, proves, headers]): Attack => ({
  name: `a request with ${trick}`,
  attacker: 'Sets or sends a cookie that one parser reads as ours, and another does not.',
  source: 'RFC 6265 §4.2, §5.4, CWE-565, CVE-2024-47764',
  proves: [proves],
  api: 'cookie',
  expected: [status, code] as Attack['expected'],
  request: ({ token }) => ({ headers: headers(token()) }),
}))
