import { audience, issuers } from '../keys/issuers.ts'
import { oddValues } from './json-steps.ts'
import type { DraftStep, Situation } from './step.ts'

/** Seconds around a boundary, with the tolerances that verifiers here have. */
const offsets = [
  -3601, -601, -600, -570, -301, -300, -31, -30.5, -30, -29.5, -29, -1, -0.5, 0, 0.5, 1, 29, 29.5, 30, 30.5, 31, 300,
  301, 600,
]

const oddTimes = [
  'null',
  'true',
  '"1800000000"',
  '[]',
  '{}',
  '""',
  '0',
  '-0',
  '-1',
  '1e999',
  '-1e999',
  '1e3',
  '253402300799',
  '253402300800',
  '253402300799.5',
  '1800000000000',
  '9007199254740993',
  '1e-7',
]

function someTime({ random, now }: Situation): string {
  return random.chance(0.6) ? String(now + random.pick(offsets)) : random.pick(oddTimes)
}

const quote = (values: readonly string[]) => values.map((value) => JSON.stringify(value))

const audiences = [
  ...quote([
    audience,
    `${audience}/`,
    audience.slice(0, -1),
    audience.toUpperCase(),
    '',
    'https://other-api.example',
    `${audience} x`,
  ]),
  `["${audience}"]`,
  `["https://other-api.example","${audience}"]`,
  `["${audience}",1]`,
  `["${audience}",null]`,
  `[["${audience}"]]`,
  `{"0":"${audience}"}`,
  `{"includes":"${audience}"}`,
  '[]',
  '[""]',
  'null',
  '1',
  'true',
]

const issuerNames = [
  ...quote(issuers.map(({ name }) => name)),
  ...quote([
    'https://a.example/',
    'https://A.example',
    'https://a.example#',
    'https://a.exampl',
    'https://a.example.evil',
    'http://a.example',
  ]),
  ...quote([
    '',
    'a.example',
    'https://\u0430.example',
    'https://a.example\u0000',
    '__proto__',
    'constructor',
    'x'.repeat(3000),
  ]),
  '["https://a.example"]',
  'null',
  '1',
  '{}',
  'true',
]

const scopes = [
  ...quote(['', ' ', 'a', 'a b', 'a  b', ' a', 'a\tb', 'a,b', '__proto__', 'x '.repeat(500)]),
  '["a","b"]',
  '["a b"]',
  '["a",1]',
  '[]',
  '[[]]',
  'null',
  '1',
  '{}',
]

const lookAlikes: readonly (readonly [string, string])[] = [
  ...['at_hash', 'c_hash', 's_hash', 'events', 'htm', 'htu', 'token_introspection'].map(
    (name) => [name, '"x"'] as const,
  ),
  ...['at_hash', 'events'].flatMap((name) => ['null', 'false', '""'].map((value) => [name, value] as const)),
  ...quote(['id', 'access', 'ID', 'refresh']).map((value) => ['token_use', value] as const),
  ...quote(['ID', 'Bearer', 'Refresh', 'Offline', 'Logout', 'id']).map((value) => ['typ', value] as const),
  ['nonce', '"x"'],
  ['__proto__', '{"at_hash":"x","htm":"GET"}'],
]

/** Claims at their boundaries, and of the wrong type. */
export const claimSteps = {
  exp: ({ signed }, situation) => {
    signed.payload.set('exp', situation.random.chance(0.1) ? undefined : someTime(situation))
  },
  nbf: ({ signed }, situation) => {
    signed.payload.set('nbf', someTime(situation))
  },
  iat: ({ signed }, situation) => {
    signed.payload.set('iat', situation.random.chance(0.2) ? undefined : someTime(situation))
  },
  aud: ({ signed }, { random }) => {
    signed.payload.set('aud', random.chance(0.1) ? undefined : random.pick(audiences))
  },
  iss: ({ signed }, { random }) => {
    signed.payload.set('iss', random.chance(0.1) ? undefined : random.pick(issuerNames))
  },
  scope: ({ signed }, { random }) => {
    signed.payload.set(random.pick(['scope', 'scp', 'permissions']), random.pick(scopes))
  },
  'identifying claim': ({ signed }, { random }) => {
    const name = random.pick(['sub', 'jti', 'client_id', 'azp', 'tenant'])
    signed.payload.set(name, random.chance(0.3) ? undefined : random.pick(oddValues))
  },
  'look-alike': ({ signed }, { random }) => {
    const [name, value] = random.pick(lookAlikes)
    signed.payload.set(name, value)
  },
  cnf: ({ signed }, { random }) => {
    signed.payload.set('cnf', random.pick(['{"jkt":"x"}', '{"x5t#S256":"x"}', '{}', 'null', '"x"', '[]', '{"jwk":{}}']))
  },
} as const satisfies Record<string, DraftStep>
