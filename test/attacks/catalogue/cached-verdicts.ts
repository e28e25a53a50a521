import type { Attack, TokenAttack } from '../attack.ts'
import { segment, segmentsOf, withTrailingBits } from '../world/compact.ts'
import { encryptDirectly, encryptFor } from '../world/encryption.ts'
import type { World } from '../world/world.ts'

const attempt = {
  attacker: 'Sends a good token first, so that it is remembered, and then a forged one that ends as it does.',
  source: 'RFC 8725 §2.7, GHSA-rp9m-7r4c-75qg',
  proves: ['JOSE-12', 'JOSE-13'],
} as const

/** A good token, and then what becomes of it. */
const afterGood =
  (forge: (segments: string[], world: World) => readonly string[]): TokenAttack['token'] =>
  (world) => {
    const good = world.token()
    return [good, forge(segmentsOf(good), world).join('.')]
  }

/** Forged tokens that come after good ones, whose verdicts are remembered. */
export const cachedVerdicts: readonly Attack[] = [
  {
    ...attempt,
    name: 'other claims under a remembered signature',
    expected: [401, 'signature_invalid'],
    token: afterGood(([header, , signature], { claims }) => [header!, segment(claims({ sub: 'admin' })), signature!]),
  },
  {
    ...attempt,
    name: 'another header over a remembered payload and signature',
    expected: [401, 'signature_invalid'],
    token: afterGood(([, payload, signature]) => [segment({ alg: 'ES256', kid: 'ec' }), payload!, signature!]),
  },
  {
    ...attempt,
    name: 'alg none over a remembered payload and signature',
    expected: [401, 'algorithm_refused'],
    token: afterGood(([, payload, signature]) => [segment({ alg: 'none' }), payload!, signature!]),
  },
  {
    ...attempt,
    name: 'a signature that shares its last 43 characters with a remembered one',
    expected: [401, 'signature_invalid'],
    token: afterGood(([header, payload, signature]) => [
      header!,
      payload!,
      `${'A'.repeat(43)}${signature!.slice(-43)}`,
    ]),
  },
  {
    ...attempt,
    name: 'a remembered token with unused bits set in its last character',
    expected: [401, 'token_malformed'],
    token: afterGood(([header, payload, signature]) => [header!, payload!, withTrailingBits(signature!)]),
  },
  {
    ...attempt,
    name: 'a segment before a remembered token',
    expected: [401, 'token_malformed'],
    token: afterGood((segments) => ['e30', ...segments]),
  },
  {
    ...attempt,
    name: "the good header that was remembered, over a stranger's signature",
    expected: [401, 'signature_invalid'],
    token: ({ token, keys }) => [token(), token({ key: keys.stranger, header: { kid: 'ec' } })],
  },
  {
    ...attempt,
    name: 'the ciphertext of another token before a remembered tag',
    api: 'encrypted',
    expected: [401, 'decryption_failed'],
    token: async ({ token }) => {
      const good = await encryptFor('ECDH-ES', token())
      const [, , , , tag] = segmentsOf(good)
      return [good, [...segmentsOf(encryptDirectly(token({ claims: { sub: 'admin' } }))).slice(0, 4), tag].join('.')]
    },
  },
  {
    ...attempt,
    name: 'a bare claims set encrypted after the same claims were accepted signed',
    api: 'encrypted',
    expected: [401, 'not_signed'],
    token: async ({ token, claims }) => [
      await encryptFor('ECDH-ES', token()),
      await encryptFor('ECDH-ES', JSON.stringify(claims())),
    ],
  },
]
