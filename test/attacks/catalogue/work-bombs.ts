import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import type { Attack } from '../attack.ts'
import { segment } from '../world/compact.ts'
import { directHeader, encryptDirectly, encryptFor } from '../world/encryption.ts'

/** Encrypted tokens that cost more than they should. */
export const workBombs: readonly Attack[] = [
  {
    name: 'a compression bomb (zip DEF, 8 MB of claims in 8 kB)',
    attacker: 'Sends little that becomes much.',
    source: 'CVE-2024-28176, CVE-2024-28102, CVE-2024-21319',
    proves: ['JWE-2'],
    api: 'encrypted',
    expected: [401, 'algorithm_refused'],
    token: () =>
      encryptDirectly(deflateRawSync(Buffer.from(`{"x":"${'x'.repeat(8_000_000)}"}`), { level: 9 }), {
        ...directHeader,
        zip: 'DEF',
      }),
  },
  ...['PBES2-HS256+A128KW', 'PBES2-HS512+A256KW'].map((alg): Attack => ({
    name: `a work bomb (${alg} with 2,147,483,647 rounds)`,
    attacker: 'Lets the header say how often a hash is computed before anything can be refused.',
    source: 'CVE-2022-36083, CVE-2023-52428, CVE-2023-6681',
    proves: ['JWE-1'],
    api: 'encrypted',
    expected: [401, 'algorithm_refused'],
    token: () => {
      const header = { alg, enc: 'A256GCM', cty: 'JWT', p2s: segment(randomBytes(16)), p2c: 2_147_483_647 }
      return [header, randomBytes(40), randomBytes(12), randomBytes(64), randomBytes(16)]
        .map((part) => segment(part))
        .join('.')
    },
  })),
  {
    name: 'an encrypted content of 9,000 opening brackets',
    attacker: 'Hides deep nesting inside the encryption.',
    source: 'CWE-400',
    proves: ['JOSE-15'],
    api: 'encrypted',
    expected: [401, 'token_malformed'],
    token: () => encryptFor('ECDH-ES', '['.repeat(9_000)),
  },
]
