import { attackerKeys } from '../keys/issuers.ts'
import { publicJwkOf } from '../keys/signing-key.ts'
import { oddValues } from './json-steps.ts'
import { type DraftStep, someHeader } from './step.ts'

const quote = (values: readonly string[]) => values.map((value) => JSON.stringify(value))

const algorithms = [
  quote(['none', 'None', 'NONE', 'nOnE', '', 'HS256', 'HS384', 'HS512', 'RS256', 'RS512', 'PS256', 'PS384']),
  quote(['ES256', 'ES384', 'ES512', 'ES256K', 'EdDSA', 'Ed25519', 'Ed448', 'ML-DSA-44', 'RS1', 'es256', 'ES256 ']),
  quote(['dir', 'A128KW', 'A256KW', 'A256GCMKW', 'RSA-OAEP', 'RSA-OAEP-256', 'RSA1_5', 'ECDH-ES', 'ECDH-ES+A256KW']),
  quote(['PBES2-HS256+A128KW', '__proto__', 'constructor', 'toString', 'RS256\u0000', '\u212aS256']),
  ['["ES256"]', '{"toString":"ES256"}', 'null', '256', 'true'],
].flat()

const types = [
  quote(['at+jwt', 'AT+JWT', 'JWT', 'jwt', 'JoSe', 'application/at+jwt', 'APPLICATION/AT+jwt', 'application/jwt']),
  quote(['application/application/at+jwt', 'application/', 'application/ at+jwt', 'at+jwt ', ' at+jwt', 'at+jwt;v=1']),
  quote(['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'token-introspection+jwt', 'oauth-authz-req+jwt', 'id_token+jwt']),
  quote(['vnd.example.at+jwt', 'application/vnd.example.at+jwt', '', 'a\u0074+jwt', 'at+\u0130jwt', '\u212a']),
  ['["at+jwt"]', '{}', 'null', '1', 'false'],
].flat()

const keyIds = [
  quote(['a-rsa', 'a-rs256', 'a-p256', 'a-ed25519', 'shared', 'b-p256', 'a-oct', 'a-encryption', 'unknown', '']),
  quote(['rsa', 'p256', 'a128kw-1', 'a128kw-5', 'dir-a256gcm', 'A-P256', 'a-p256 ', ' a-p256', 'a-p256\u0000']),
  quote(['__proto__', 'constructor', 'hasOwnProperty', '../../../dev/null', "' OR '1'='1", '$(id)', '*', '.*']),
  quote(['k'.repeat(511), 'k'.repeat(512), 'k'.repeat(513), '\u{1f511}'.repeat(256), '\u{1f511}'.repeat(257)]),
  ['["a-p256"]', '{"toString":1}', 'null', '0', 'true', '"\\ud800"'],
].flat()

const critical = [
  '[]',
  '["b64"]',
  '["exp"]',
  '["alg"]',
  '["b64","b64"]',
  '[""]',
  '[1]',
  '"b64"',
  'null',
  '{}',
  '["http://example.com/x"]',
]

/** Header parameters, with all values that somebody might forgive. */
export const headerSteps = {
  alg: (draft, { random }) => {
    someHeader(draft, random).set('alg', random.pick(algorithms))
  },
  typ: (draft, { random }) => {
    someHeader(draft, random).set('typ', random.chance(0.15) ? undefined : random.pick(types))
  },
  cty: (draft, { random }) => {
    someHeader(draft, random).set('cty', random.chance(0.15) ? undefined : random.pick(types))
  },
  kid: (draft, { random }) => {
    someHeader(draft, random).set('kid', random.chance(0.3) ? undefined : random.pick(keyIds))
  },
  crit: (draft, { random }) => {
    const header = someHeader(draft, random)
    header.set('crit', random.pick(critical))
    if (random.chance(0.5)) header.set('b64', random.pick(['true', 'false', 'null']))
  },
  b64: (draft, { random }) => {
    someHeader(draft, random).set('b64', random.pick(['true', 'false', '"false"', 'null', '0', '[]']))
  },
  zip: (draft, { random }) => {
    someHeader(draft, random).set('zip', random.pick(['"DEF"', '""', 'null', '"GZIP"', 'false', '[]', '"def"']))
  },
  'key in the header': (draft, { random }) => {
    const key = random.pick(attackerKeys)
    const header = someHeader(draft, random)
    const jwk = JSON.stringify(publicJwkOf(key))
    const [name, value] = random.pick([
      ['jwk', jwk],
      ['jku', '"https://attacker.example/jwks.json"'],
      ['x5u', '"https://attacker.example/chain.pem"'],
      ['x5c', '["MIIB"]'],
      ['x5t', '"dGh1bWJwcmludA"'],
      ['x5t#S256', '"dGh1bWJwcmludA"'],
    ] as const)
    header.set(name, value)
    if (random.chance(0.5) && header === draft.signed.header) draft.signed.key = key
  },
  enc: (draft, { random }) => {
    someHeader(draft, random).set(
      'enc',
      random.pick([
        ...quote(['A128GCM', 'A256GCM', 'A128CBC-HS256', 'A256CBC-HS512', 'a256gcm', 'none', '', '__proto__']),
        'null',
        '["A256GCM"]',
      ]),
    )
  },
  'parameter of another algorithm': (draft, { random }) => {
    const name = random.pick(['epk', 'apu', 'apv', 'iv', 'tag', 'p2s', 'p2c', 'nonce', 'url', 'iss', 'exp'])
    someHeader(draft, random).set(name, random.pick(oddValues))
  },
} as const satisfies Record<string, DraftStep>
