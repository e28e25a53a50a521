import type { Attack } from '../attack.ts'
import type { Members } from '../world/compact.ts'

type Changes = readonly [name: string, source: string, header: Members, claims: Members]

const noAccess: Members = { client_id: undefined, scope: undefined }
const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} }

/** Tokens whose typ says what they are. */
const typed: readonly Changes[] = [
  ['a DPoP proof', 'RFC 9449 §4.2', { typ: 'dpop+jwt' }, { htm: 'GET', htu: 'https://api.example/reports' }],
  [
    'a logout token',
    'OpenID Connect Back-Channel Logout 1.0 §2.4',
    { typ: 'logout+jwt' },
    { ...noAccess, events: logoutEvent },
  ],
  ['a security event token', 'RFC 8417 §2.3', { typ: 'secevent+jwt' }, { ...noAccess, events: {} }],
  [
    'an introspection response',
    'RFC 9701 §5',
    { typ: 'token-introspection+jwt' },
    { token_introspection: { active: true } },
  ],
  ['a request object', 'RFC 9101 §10.8', { typ: 'oauth-authz-req+jwt' }, { response_type: 'code' }],
  ['an entity statement', 'OpenID Federation 1.0', { typ: 'entity-statement+jwt' }, {}],
  ['a client assertion', 'RFC 7523 §2.2', { typ: 'client-authentication+jwt' }, { sub: 'client-1' }],
  ['a verifiable credential', 'RFC 8725 §3.11', { typ: 'dc+sd-jwt' }, {}],
  ['a DPoP proof with its type in full', 'RFC 7515 §4.1.9', { typ: 'application/dpop+jwt' }, {}],
  ['a DPoP proof with its type in capitals', 'RFC 7515 §4.1.9', { typ: 'DPoP+JWT' }, {}],
  ['a type with parameters', 'RFC 7515 §4.1.9', { typ: 'at+jwt; charset=utf-8' }, {}],
  ['a type with a space before it', 'RFC 7515 §4.1.9', { typ: ' at+jwt' }, {}],
  ['a type that only ends like ours', 'RFC 8725 §3.11', { typ: 'x-at+jwt' }, {}],
]

/** Tokens whose typ says nothing, so that their claims must tell. */
const untyped: readonly Changes[] = [
  [
    'an ID token with at_hash',
    'OpenID Connect Core 1.0 §2',
    { typ: 'JWT' },
    { ...noAccess, nonce: 'n', at_hash: '77QmUPtjPfzWtF2AnpK9RQ' },
  ],
  [
    'an ID token with c_hash',
    'OpenID Connect Core 1.0 §3.3.2.11',
    { typ: undefined },
    { ...noAccess, c_hash: 'LDktKdoQak3Pk0cnXxCltA' },
  ],
  ['an ID token with s_hash', 'FAPI 1.0 Part 2 §5.1', { typ: 'JWT' }, { ...noAccess, s_hash: '76sa5dd' }],
  ['an ID token with token_use id', 'RFC 8725 §2.8', { typ: undefined }, { ...noAccess, token_use: 'id' }],
  ['an ID token with typ ID among its claims', 'RFC 8725 §2.8', { typ: 'JWT' }, { typ: 'ID' }],
  ['a refresh token with typ Refresh among its claims', 'RFC 8725 §2.8', { typ: 'JWT' }, { typ: 'Refresh' }],
  ['an offline token with typ Offline among its claims', 'RFC 8725 §2.8', { typ: 'JWT' }, { typ: 'Offline' }],
  ['a logout token with typ Logout among its claims', 'RFC 8725 §2.8', { typ: 'JWT' }, { typ: 'Logout' }],
  [
    'a logout token of typ JWT',
    'OpenID Connect Back-Channel Logout 1.0 §2.4',
    { typ: 'JWT' },
    { ...noAccess, events: logoutEvent },
  ],
  ['a security event token without typ', 'RFC 8417 §2.2', { typ: undefined }, { ...noAccess, events: {} }],
  ['an introspection response of typ JWT', 'RFC 9701 §5', { typ: 'JWT' }, { token_introspection: { active: true } }],
  ['a DPoP proof without typ', 'RFC 9449 §4.2', { typ: undefined }, { htm: 'GET', htu: 'https://api.example/reports' }],
  ['a look-alike whose telling claim is null', 'RFC 8725 §2.8', { typ: 'JWT' }, { ...noAccess, at_hash: null }],
]

/** Tokens that the same issuer signed with the same key for something else (RFC 8725 §2.8, §3.12). */
export const lookAlikes: readonly Attack[] = [
  ...typed.map(([name, source, header, claims]): Attack => ({
    name: `${name} instead of an access token`,
    attacker: 'Uses a genuine token of the same issuer, which was made for another purpose.',
    source,
    proves: ['JOSE-14', 'CLAIM-7'],
    expected: [401, 'token_type_refused'],
    token: ({ token }) => token({ header, claims }),
  })),
  ...untyped.map(([name, source, header, claims]): Attack => ({
    name: `${name} instead of an access token`,
    attacker: 'Uses a genuine token of the same issuer whose header does not say what it is.',
    source,
    proves: ['CLAIM-7'],
    expected: [401, 'not_an_access_token'],
    token: ({ token }) => token({ header, claims }),
  })),
  ...[['at+jwt'], {}, 1, null].map((typ): Attack => ({
    name: `a typ that is ${JSON.stringify(typ)}`,
    attacker: 'Gives typ another type than string.',
    source: 'RFC 7515 §4.1.9',
    proves: ['JOSE-14'],
    expected: [401, 'token_malformed'],
    token: ({ token }) => token({ header: { typ } }),
  })),
  ...['JWT', undefined].map((typ): Attack => ({
    name: `typ ${typ ?? 'left away'} where RFC 9068 is asked for`,
    attacker: 'Uses another token of the issuer where only typ could tell.',
    source: 'RFC 9068 §4',
    proves: ['JOSE-14'],
    api: 'rfc9068',
    expected: [401, 'token_type_refused'],
    token: ({ token }) => token({ header: { typ } }),
  })),
  ...['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'].map((claim): Attack => ({
    name: `a token without ${claim} where RFC 9068 is asked for`,
    attacker: 'Uses a token that says less than an access token must.',
    source: 'RFC 9068 §2.2',
    proves: ['CLAIM-6'],
    api: 'rfc9068',
    expected: [401, 'claim_missing'],
    token: ({ token }) => token({ claims: { [claim]: undefined } }),
  })),
  ...[
    { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
    { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' },
    {},
    null,
  ].map((cnf): Attack => ({
    name: `a stolen token that is bound to a key (cnf ${JSON.stringify(cnf)})`,
    attacker: 'Has stolen a sender-constrained token, and sends it as a bearer token.',
    source: 'RFC 9449 §7.2, RFC 8705 §3',
    proves: ['BIND-1'],
    expected: [401, 'binding_missing'],
    token: ({ token }) => token({ claims: { cnf } }),
  })),
]
