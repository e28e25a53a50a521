import type { Attack, HttpRequest } from '../attack.ts'

type Fields = HttpRequest['headers']

type Origin = readonly [name: string, request: Pick<HttpRequest, 'method' | 'headers'>]

const post = (...headers: Fields): Pick<HttpRequest, 'method' | 'headers'> => ({ method: 'POST', headers })

const foreign: readonly Origin[] = [
  ['a form of another site', post(['Sec-Fetch-Site', 'cross-site'], ['Origin', 'https://evil.example'])],
  ['a form of a sibling domain', post(['Sec-Fetch-Site', 'same-site'], ['Origin', 'https://blog.example'])],
  ["another site's form with our Origin", post(['Sec-Fetch-Site', 'cross-site'], ['Origin', 'http://api.example'])],
  ['a Sec-Fetch-Site in capitals', post(['Sec-Fetch-Site', 'Same-Origin'])],
  ['a list of sites', post(['Sec-Fetch-Site', 'same-origin, cross-site'])],
  ['two Sec-Fetch-Site fields', post(['Sec-Fetch-Site', 'same-origin'], ['Sec-Fetch-Site', 'cross-site'])],
  ['an empty Sec-Fetch-Site', post(['Sec-Fetch-Site', ''])],
  ['an old browser on another site', post(['Origin', 'https://evil.example'])],
  ['Origin null', post(['Origin', 'null'])],
  ['an Origin that ours is a prefix of', post(['Origin', 'http://api.example.evil.example'])],
  ['an Origin with our host as user name', post(['Origin', 'http://api.example@evil.example'])],
  ['our Origin with a path', post(['Origin', 'http://api.example/'])],
  ['our Origin on another port', post(['Origin', 'http://api.example:8080'])],
  ['two Origins', post(['Origin', 'http://api.example'], ['Origin', 'https://evil.example'])],
  ['our host as an Origin of another scheme', post(['Origin', 'ftp://api.example'])],
  ['neither Origin nor Sec-Fetch-Site', post()],
  ['a Referer alone', post(['Referer', 'http://api.example/'])],
  [
    "two Host fields, one of them the Origin's",
    post(['Origin', 'https://evil.example'], ['Host', 'api.example'], ['Host', 'evil.example']),
  ],
  ['DELETE of another site', { method: 'DELETE', headers: [['Sec-Fetch-Site', 'cross-site']] }],
  ['PROPFIND of another site', { method: 'PROPFIND', headers: [['Sec-Fetch-Site', 'cross-site']] }],
  ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map((field): Origin => [
    `GET that ${field} makes a DELETE`,
    {
      headers: [
        ['Sec-Fetch-Site', 'cross-site'],
        [field, 'DELETE'],
      ],
    },
  ]),
  [
    'a WebSocket handshake of another site',
    {
      headers: [
        ['Origin', 'https://evil.example'],
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade, close'],
      ],
    },
  ],
]

/** Requests that another site makes a browser send, which takes the cookie along. */
export const crossSite: readonly Attack[] = [
  ...foreign.map(([from, request]): Attack => ({
    name: `a cookie with ${from}`,
    attacker: 'Makes the browser of somebody who is signed in send a request.',
    source: 'CWE-352, CWE-1385, RFC 9700 §4.7',
    proves: [/HTTP-Method|Method-Override|WebSocket|sibling|null|neither/i.test(from) ? 'COOKIE-4' : 'COOKIE-2'],
    api: 'cookie',
    expected: [403, 'cross_site_request'],
    request: ({ token }) => ({ ...request, headers: [...request.headers, ['Cookie', `__Host-access=${token()}`]] }),
  })),
  {
    name: 'a cookie from our own page',
    attacker: "Nobody: what a browser sends from the API's own origin.",
    source: 'W3C Fetch Metadata §2.3',
    proves: ['COOKIE-2'],
    api: 'cookie',
    expected: [200],
    request: ({ token }) => ({
      method: 'POST',
      headers: [
        ['Sec-Fetch-Site', 'same-origin'],
        ['Origin', 'http://api.example'],
        ['Cookie', `a=1; __Host-access=${token()}; b=2`],
      ],
    }),
  },
]
