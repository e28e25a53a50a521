/** RFC 9068 §3, Figure 2: the header of a JWT access token. */
export const header = { typ: 'at+JWT', alg: 'RS256', kid: 'RjEwOwOA' } as const

/** RFC 9068 §3, Figure 2: its claims, valid from 2021-04-13 to 2021-12-15. */
export const claims = {
  iss: 'https://authorization-server.example.com/',
  sub: '5ba552d67',
  aud: 'https://rs.example.com/',
  exp: 1639528912,
  iat: 1618354090,
  jti: 'dbe39bf3a3ba4238a513f51d6e1691c4',
  client_id: 's6BhdRkqt3',
  scope: 'openid profile reademail',
} as const
