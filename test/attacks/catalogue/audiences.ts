import type { Attack } from '../attack.ts'
import { audience } from '../world/world.ts'

const others: readonly (readonly [name: string, aud: unknown])[] = [
  ['of another API', 'https://other-api.example'],
  ['with a slash after it', `${audience}/`],
  ['in capitals', audience.toUpperCase()],
  ['that ours is a prefix of', `${audience}/admin`],
  ['that is a prefix of ours', audience.slice(0, -1)],
  ['with another domain behind it', `${audience}.evil.example`],
  ['with our host as user name', `${audience}@evil.example`],
  ['with a Cyrillic a', audience.replace('//a', '//а')],
  ['in full-width letters', audience.replace('api', 'ａｐｉ')],
  ['with a space before it', ` ${audience}`],
  ['with a line break after it', `${audience}\n`],
  ['with a null byte', `${audience}\u0000`],
  ['that lists two with a space', `https://evil.example ${audience}`],
  ['that lists two with a comma', `https://evil.example,${audience}`],
  ['that is a pattern', 'https://*.example'],
  ['that is a star', '*'],
  ['that is empty', ''],
  ['that is an empty array', []],
  ['that is an array of others', ['https://evil.example', 'https://other-api.example']],
  ['that is an array with an array of ours', [[audience]]],
  ['that is an array with ours and a number', [audience, 1]],
  ['that is an array with ours and null', [audience, null]],
  ['that is an array with ours and an object', [audience, {}]],
  ['that is an object with ours', { 0: audience, length: 1 }],
  ['that is an object named like ours', { [audience]: true }],
  ['that is a number', 1],
  ['that is true', true],
  ['that is null', null],
]

/** Tokens for other APIs. */
export const audiences: readonly Attack[] = [
  ...others.map(([name, aud]): Attack => ({
    name: `an audience ${name}`,
    attacker: 'Has a genuine token for another API, whose name only looks like ours, or is normalised to it.',
    source: 'RFC 7519 §4.1.3, RFC 8725 §3.9, CVE-2020-26160',
    proves: ['CLAIM-2'],
    expected: [401, 'audience_refused'],
    token: ({ token }) => token({ claims: { aud } }),
  })),
  {
    name: 'a token without audience',
    attacker: 'Has a genuine token that is for nobody in particular.',
    source: 'RFC 9068 §2.2, §4',
    proves: ['CLAIM-2'],
    expected: [401, 'claim_missing'],
    token: ({ token }) => token({ claims: { aud: undefined } }),
  },
  {
    name: 'ours in azp, client_id and the header, another in aud',
    attacker: 'Writes our name wherever aud is not.',
    source: 'RFC 8725 §3.9',
    proves: ['CLAIM-2'],
    expected: [401, 'audience_refused'],
    token: ({ token }) =>
      token({ header: { aud: audience }, claims: { aud: 'https://evil.example', azp: audience, client_id: audience } }),
  },
]
