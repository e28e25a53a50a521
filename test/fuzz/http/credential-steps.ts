import {
  type RequestStep,
  someToken,
  setAuthorization,
  removeAuthorization,
  addSomewhere,
  setBody,
} from './request-step.ts'

const schemes = ['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Basic', 'DPoP', 'Bearer2', 'Bear', 'Negotiate', 'Bearer,', '']
const separators = [' ', '  ', '     ', '\t', ' \t', '', ',', '=', ': ', '\u00a0']
const cookieForms = [
  (token: string) => `at=${token}`,
  (token: string) => `a=b; at=${token}; c=d`,
  (token: string) => `at=${token};`,
  (token: string) => `at="${token}"`,
  (token: string) => `at = ${token}`,
  (token: string) => `\tat\t=\t${token}\t`,
  (token: string) => `AT=${token}`,
  (token: string) => `xat=${token}`,
  (token: string) => `at=${token}; at=${token}`,
  (token: string) => `at=; at=${token}`,
  (token: string) => `at=${token}, at=${token}`,
  (token: string) => `at=%65${token.slice(1)}`,
  (token: string) => `$Version=1; at=${token}; $Path=/`,
  (token: string) => `a="; at=${token}; "`,
  (token: string) => `${'x=y; '.repeat(500)}at=${token}`,
  () => 'at',
  () => 'at=',
  () => ';;;=;=at;',
]

/** Credentials in ways that applications read differently. */
export const credentialSteps = {
  'another token': (draft, random, tokens) => {
    setAuthorization(draft, `Bearer ${random.pick(tokens.bad)}`)
  },
  'another scheme': (draft, random, tokens) => {
    setAuthorization(draft, `${random.pick(schemes)}${random.pick(separators)}${someToken(tokens, random)}`)
  },
  'something after the token': (draft, random, tokens) => {
    const after = random.pick([' ', ' x', ',', ', Bearer x', '=', '==', '"', ';q=1', ' realm="x"', '\t', '\u00e9'])
    setAuthorization(draft, `Bearer ${someToken(tokens, random)}${after}`)
  },
  'token in quotes': (draft, random, tokens) => {
    setAuthorization(
      draft,
      random
        .pick(['Bearer "%"', 'Bearer token=%', 'Bearer <%>', '%', 'Bearer: %'])
        .replace('%', someToken(tokens, random)),
    )
  },
  'no credential': removeAuthorization,
  'empty credential': (draft, random) => {
    setAuthorization(draft, random.pick(['', 'Bearer', 'Bearer ', 'Bearer  ', 'bearer =', 'Bearer .', 'Bearer null']))
  },
  'second Authorization field': (draft, random, tokens) => {
    const value = random.pick([
      `Bearer ${someToken(tokens, random)}`,
      'Basic Og==',
      '',
      'Bearer',
      `DPoP ${someToken(tokens, random)}`,
    ])
    addSomewhere(draft, random, { name: random.pick(['Authorization', 'authorization', 'AUTHORIZATION']), value })
  },
  'second Authorization field, far away': (draft, random, tokens) => {
    const count = random.pick([20, 90, 200, 1000, 1100, 2100])
    for (let index = 0; index < count; index++) draft.fields.push({ name: 'a', value: '' })
    draft.fields.push({ name: 'Authorization', value: `Bearer ${random.pick(tokens.bad).slice(0, 200)}` })
  },
  'field of a similar name': (draft, random, tokens) => {
    const name = random.pick([
      'X-Authorization',
      'Authorization_',
      'Proxy-Authorization',
      'Authorization-Token',
      'X-Forwarded-Authorization',
      'Authorizatio',
    ])
    addSomewhere(draft, random, { name, value: `Bearer ${someToken(tokens, random)}` })
    if (random.chance(0.5)) removeAuthorization(draft)
  },
  'token in the query': (draft, random, tokens) => {
    draft.target = `/reports?access_token=${encodeURIComponent(someToken(tokens, random)).slice(0, 4000)}`
    if (random.chance(0.7)) removeAuthorization(draft)
  },
  'token in the body': (draft, random, tokens) => {
    draft.method = 'POST'
    setBody(draft, `access_token=${someToken(tokens, random)}`)
    draft.fields.push({ name: 'Content-Type', value: 'application/x-www-form-urlencoded' })
    if (random.chance(0.7)) removeAuthorization(draft)
  },
  cookie: (draft, random, tokens) => {
    addSomewhere(draft, random, {
      name: random.pick(['Cookie', 'cookie']),
      value: random.pick(cookieForms)(someToken(tokens, random)),
    })
    if (random.chance(0.8)) removeAuthorization(draft)
  },
  'two cookie fields': (draft, random, tokens) => {
    for (let count = 0; count < 2; count++) {
      addSomewhere(draft, random, { name: 'Cookie', value: random.pick(cookieForms)(someToken(tokens, random)) })
    }
    if (random.chance(0.8)) removeAuthorization(draft)
  },
  'cookie on an unsafe request': (draft, random, tokens) => {
    removeAuthorization(draft)
    draft.fields.push({ name: 'Cookie', value: `at=${random.pick(tokens.good)}` })
    draft.method = random.pick(['POST', 'DELETE', 'GET'])
    if (random.chance(0.7)) credentialSteps['from another site'](draft, random)
  },
  'from another site': (draft, random) => {
    const fields: readonly (readonly [string, readonly string[]])[] = [
      [
        'Origin',
        [
          'https://evil.example',
          'null',
          '',
          'https://api.example',
          'http://api.example',
          'https://API.example',
          'https://api.example/',
          'https://api.example.evil',
          'https://app.example',
          '%',
        ],
      ],
      ['Sec-Fetch-Site', ['same-origin', 'none', 'same-site', 'cross-site', '', 'SAME-ORIGIN', 'same-origin, none']],
      ['X-HTTP-Method-Override', ['DELETE', '']],
      ['X-Method-Override', ['POST']],
    ]
    const [name, values] = random.pick(fields)
    addSomewhere(draft, random, { name, value: random.pick(values) })
  },
} as const satisfies Record<string, RequestStep>
