import { randomBytes } from 'node:crypto'
import type { AccessTokenErrorCode } from '@sallyport/core'
import type { Attack } from '../attack.ts'
import { flipped, segment, segmentsOf, withTrailingBits } from '../world/compact.ts'
import { encryptDirectly, encryptWithCbc } from '../world/encryption.ts'

type PartChange = readonly [
  name: string,
  code: AccessTokenErrorCode,
  proves: string,
  change: (segments: string[]) => string[],
]

const cut = (text: string, bytes: number) => segment(Buffer.from(text, 'base64url').subarray(0, bytes))

const parts: readonly PartChange[] = [
  ['its tag cut to 4 bytes', 'token_malformed', 'JWE-4', ([h, k, i, c, t]) => [h!, k!, i!, c!, cut(t!, 4)]],
  ['its tag cut to 12 bytes', 'token_malformed', 'JWE-4', ([h, k, i, c, t]) => [h!, k!, i!, c!, cut(t!, 12)]],
  ['no tag', 'token_malformed', 'JWE-4', ([h, k, i, c]) => [h!, k!, i!, c!, '']],
  ['a tag of zeros', 'decryption_failed', 'JWE-6', ([h, k, i, c]) => [h!, k!, i!, c!, segment(Buffer.alloc(16))]],
  ['an IV of 8 bytes', 'token_malformed', 'JWE-4', ([h, k, i, c, t]) => [h!, k!, cut(i!, 8), c!, t!]],
  ['no IV', 'token_malformed', 'JWE-4', ([h, k, , c, t]) => [h!, k!, '', c!, t!]],
  ['another IV', 'decryption_failed', 'JWE-6', ([h, k, , c, t]) => [h!, k!, segment(randomBytes(12)), c!, t!]],
  ['its ciphertext changed', 'decryption_failed', 'JWE-6', ([h, k, i, c, t]) => [h!, k!, i!, flipped(c!), t!]],
  ['its ciphertext cut', 'decryption_failed', 'JWE-6', ([h, k, i, c, t]) => [h!, k!, i!, cut(c!, 60), t!]],
  ['no ciphertext', 'token_malformed', 'JWE-7', ([h, k, i, , t]) => [h!, k!, i!, '', t!]],
  [
    'an encrypted key where there is none',
    'token_malformed',
    'JWE-3',
    ([h, , i, c, t]) => [h!, segment(randomBytes(32)), i!, c!, t!],
  ],
  [
    'a space in its header',
    'decryption_failed',
    'JWE-6',
    ([h, k, i, c, t]) => [segment(`${Buffer.from(h!, 'base64url').toString()} `), k!, i!, c!, t!],
  ],
  [
    'unused bits set in its tag',
    'token_malformed',
    'JOSE-2',
    ([h, k, i, c, t]) => [h!, k!, i!, c!, withTrailingBits(t!)],
  ],
]

const changedParts = parts.map(([name, code, proves, change]): Attack => ({
  name: `an encrypted token with ${name}`,
  attacker: 'Changes a good encrypted token in one place, or makes its proof of authenticity short enough to guess.',
  source: 'RFC 7516 §5.2, RFC 7518 §5.3 (tag of 128 bits), NIST SP 800-38D',
  proves: [proves],
  api: 'encrypted',
  expected: [401, code],
  token: ({ token }) => change(segmentsOf(encryptDirectly(token()))).join('.'),
}))

const oracles: readonly (readonly [name: string, change: (segments: string[]) => string[]])[] = [
  ['a wrong MAC', (segments) => segments.with(4, segment(randomBytes(32)))],
  [
    'a changed last block, so that the padding is wrong too',
    (segments) => segments.with(3, flipped(segments[3]!, 'last')),
  ],
  ['a changed IV, so that only the first block is wrong', (segments) => segments.with(2, flipped(segments[2]!))],
]

const paddingOracles = oracles.map(([name, change]): Attack => ({
  name: `a CBC token with ${name}`,
  attacker: 'Asks again and again, and learns the plaintext from how the refusals differ.',
  source: 'CVE-2021-29443 (padding oracle), RFC 7516 §11.5',
  proves: ['JWE-6'],
  api: 'encrypted',
  expected: [401, 'decryption_failed'],
  token: ({ token }) => change(segmentsOf(encryptWithCbc(token()))).join('.'),
}))

/** Good encrypted tokens that were changed in one place. */
export const encryptedParts: readonly Attack[] = [...changedParts, ...paddingOracles]
