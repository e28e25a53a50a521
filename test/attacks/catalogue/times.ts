import type { Attack } from '../attack.ts'
import { compact } from '../world/compact.ts'
import { nowSeconds, type World } from '../world/world.ts'

/** Claims as text, since some numbers can only be written by hand. */
const withRaw = (claim: string, value: string) => (world: World) => {
  const { [claim]: _, ...others } = world.claims()
  const payload = `{${JSON.stringify(others).slice(1, -1)},"${claim}":${value}}`
  return compact({ alg: 'ES256', typ: 'at+jwt', kid: 'ec' }, payload, world.keys.ec.sign)
}

const soon = () => String(nowSeconds() + 300)

/** Values that are no moment, or lie beyond the year 9999. */
const noTimes: readonly (readonly [name: string, value: () => string])[] = [
  ['1e999, which is read as infinity', () => '1e999'],
  ['-1e999', () => '-1e999'],
  ['in milliseconds', () => String(Date.now() + 300_000)],
  ['just after the year 9999', () => '253402300800'],
  ['of 400 digits', () => '9'.repeat(400)],
  ['negative', () => '-1'],
  ['a text', () => `"${soon()}"`],
  ['an empty text', () => '""'],
  ['a date as text', () => '"2099-01-01T00:00:00Z"'],
  ['null', () => 'null'],
  ['true', () => 'true'],
  ['an array', () => `[${soon()}]`],
  ['an object', () => `{"valueOf":${soon()}}`],
]

/** Tokens that are not valid now, or whose times cannot be compared. */
export const times: readonly Attack[] = [
  ...(['exp', 'nbf', 'iat'] as const).flatMap((claim) =>
    noTimes.map(([name, value]): Attack => ({
      name: `${claim} that is ${name}`,
      attacker: 'Writes a time with which every comparison is false, or true for ever.',
      source: 'RFC 7519 §2 (NumericDate), §4.1.4',
      proves: [claim === 'exp' ? 'CLAIM-3' : 'CLAIM-4'],
      expected: [401, 'claim_invalid'],
      token: (world) => withRaw(claim, value())(world),
    })),
  ),
  ...[
    ['expired a minute ago', () => nowSeconds() - 60],
    ['expired as the tolerance ends', () => nowSeconds() - 30],
    ['expired in 1970', () => 0],
    ['expired at minus zero', () => -0],
  ].map(([name, exp]): Attack => ({
    name: `a token that ${name as string}`,
    attacker: 'Uses an old token.',
    source: 'RFC 7519 §4.1.4',
    proves: ['CLAIM-3'],
    expected: [401, 'token_expired'],
    token: ({ token }) => token({ claims: { exp: (exp as () => number)() } }),
  })),
  {
    name: 'a token without exp',
    attacker: 'Has a token that is valid for ever.',
    source: 'RFC 9068 §2.2',
    proves: ['CLAIM-3'],
    expected: [401, 'claim_missing'],
    token: ({ token }) => token({ claims: { exp: undefined } }),
  },
  ...(['nbf', 'iat'] as const).map((claim): Attack => ({
    name: `a token whose ${claim} is tomorrow`,
    attacker: 'Uses a token that was made in advance.',
    source: 'RFC 7519 §4.1.5, §4.1.6',
    proves: ['CLAIM-4'],
    expected: [401, 'token_not_yet_valid'],
    token: ({ token }) => token({ claims: { [claim]: nowSeconds() + 86_400, exp: nowSeconds() + 90_000 } }),
  })),
  {
    name: 'exp twice, the earlier first',
    attacker: 'Lets one reader see that the token expired, and another that it did not; the last counts for all here.',
    source: 'RFC 7519 §4',
    proves: [],
    expected: [401, 'token_expired'],
    token: (world) => withRaw('exp', `${soon()},"exp":${nowSeconds() - 60}`)(world),
  },
]
