import type { Attack } from '../attack.ts'

const unknownIds: readonly (readonly [name: string, kid: string])[] = [
  ['the name of the prototype', '__proto__'],
  ['constructor', 'constructor'],
  ['hasOwnProperty', 'hasOwnProperty'],
  ['toString', 'toString'],
  ['an array index', '0'],
  ['length', 'length'],
  ['an empty text', ''],
  ['a path to a file', '../../../../../../dev/null'],
  ['a path with a null byte', '/etc/hostname\u0000.pem'],
  ['SQL', "x' UNION SELECT 'key' -- "],
  ['a shell command', '| /usr/bin/id'],
  ['a pattern for everything', '.*'],
  ['a wildcard', '*'],
  ['the right one in capitals', 'EC'],
  ['the right one with a space', 'ec '],
  ['the right one with a null byte', 'ec\u0000'],
  ['the right one in another alphabet', 'еc'],
  ['512 characters', 'k'.repeat(512)],
  ['a lone surrogate', '\ud800'],
]

/** Key ids that are not those of keys. */
export const keyIds: readonly Attack[] = [
  ...(['standard', 'discovered'] as const).flatMap((api) =>
    unknownIds.map(([name, kid]): Attack => ({
      name: `a stranger's token whose kid is ${name}, at the API "${api}"`,
      attacker:
        'Hopes that the kid is used as a property, path, pattern or query, and finds a key that the attacker knows.',
      source: 'RFC 8725 §3.10, CWE-22, CWE-89, CWE-1321',
      proves: ['JOSE-8'],
      api,
      expected: [401, 'key_unknown'],
      token: ({ token, keys }) => token({ key: keys.stranger, header: { kid } }),
    })),
  ),
  ...[['ec'], { ec: 1 }, 1, null, true].map((kid): Attack => ({
    name: `a kid that is ${JSON.stringify(kid)}`,
    attacker: 'Gives the kid another type than string.',
    source: 'RFC 7515 §4.1.4',
    proves: ['JOSE-8'],
    expected: [401, 'token_malformed'],
    token: ({ token }) => token({ header: { kid } }),
  })),
  {
    name: 'a kid of 513 characters',
    attacker: 'Fills logs, caches and look-ups with long names.',
    source: 'RFC 7515 §4.1.4',
    proves: ['JOSE-8'],
    expected: [401, 'token_malformed'],
    token: ({ token }) => token({ header: { kid: 'k'.repeat(513) } }),
  },
  {
    name: "a stranger's token without kid",
    attacker: 'Names no key, so that every suitable key is tried.',
    source: 'RFC 7515 §4.1.4',
    proves: ['JOSE-9'],
    expected: [401, 'signature_invalid'],
    token: ({ token, keys }) => token({ key: keys.stranger, header: { kid: undefined } }),
  },
]
