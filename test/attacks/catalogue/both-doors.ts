import type { Attack } from '../attack.ts'
import { compact } from '../world/compact.ts'
import { encryptFor } from '../world/encryption.ts'

/** Tokens that come through the doors in the wrong order, or leave one out. */
export const bothDoors: readonly Attack[] = [
  {
    name: 'a signed token around an encrypted one',
    attacker: 'Turns the order round: signs what it cannot read, as its own.',
    source: 'RFC 7519 §11.2 (sign, then encrypt), RFC 8725 §2.3',
    proves: ['JWE-7'],
    api: 'encrypted',
    expected: [401, 'token_malformed'],
    token: async ({ token, keys }) =>
      compact(
        { alg: 'ES256', kid: 'ec', typ: 'at+jwt', cty: 'JWT' },
        await encryptFor('ECDH-ES', token()),
        keys.ec.sign,
      ),
  },
  {
    name: 'an encrypted token where no decryption is configured',
    attacker: 'Sends what the API cannot read.',
    source: 'RFC 9068 §4',
    proves: ['JWE-1'],
    expected: [401, 'algorithm_refused'],
    token: ({ token }) => encryptFor('ECDH-ES', token()),
  },
  {
    name: 'four dots where no decryption is configured',
    attacker: 'Sends the least that has five segments.',
    source: 'RFC 7516 §7.1',
    proves: ['JWE-1'],
    expected: [401, 'algorithm_refused'],
    token: () => '....',
  },
  {
    name: 'four dots where decryption is configured',
    attacker: 'Sends the least that has five segments.',
    source: 'RFC 7516 §7.1',
    proves: ['JOSE-3'],
    api: 'encrypted',
    expected: [401, 'token_malformed'],
    token: () => '....',
  },
  {
    name: 'a token that is only signed where encryption is required',
    attacker: 'Leaves door one out.',
    source: 'RFC 9068 §4',
    proves: ['JWE-10'],
    api: 'encryptedOnly',
    expected: [401, 'decryption_required'],
    token: ({ token }) => token(),
  },
]
