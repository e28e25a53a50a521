import type { VerifierOptions } from '@sallyport/core'
import { type FuzzIssuer, issuerA, issuers } from './keys/issuers.ts'
import { type Recipient, recipients, secretRecipients } from './keys/recipients.ts'
import { type Enc, encNames } from './token/content-cipher.ts'

/** What an API asks of its tokens: said once, for Sallyport and for the reference alike. */
export interface Policy {
  readonly name: string
  readonly issuers: readonly FuzzIssuer[]
  readonly profile: 'interoperable' | 'rfc9068'
  readonly clockToleranceSeconds: number
  readonly maxTokenAgeSeconds: number | undefined
  readonly maxTokenBytes: number
  readonly requiredClaims: readonly string[]
  readonly scopeClaims: readonly string[]
  readonly tokenTypes: readonly string[]
  readonly isBindingCheckedByCaller: boolean
  readonly decryption: DecryptionPolicy | undefined
}

export interface DecryptionPolicy {
  readonly recipients: readonly Recipient[]
  readonly required: boolean
  readonly acceptUnsigned: boolean
  readonly contentEncryption: readonly Enc[]
}

const decryptEverything: DecryptionPolicy = {
  recipients,
  required: false,
  acceptUnsigned: false,
  contentEncryption: encNames,
}

const narrowEncryption: readonly Enc[] = ['A256GCM', 'A128CBC-HS256']

const plain: Policy = {
  name: 'one issuer',
  issuers: [issuerA],
  profile: 'interoperable',
  clockToleranceSeconds: 30,
  maxTokenAgeSeconds: undefined,
  maxTokenBytes: 16_384,
  requiredClaims: [],
  scopeClaims: ['scope', 'scp'],
  tokenTypes: [],
  isBindingCheckedByCaller: false,
  decryption: undefined,
}

export const onePolicy = plain

export const severalPolicy: Policy = { ...plain, name: 'several issuers', issuers }

export const nestedPolicy: Policy = { ...plain, name: 'nested', issuers, decryption: decryptEverything }

/** Policies beside those that every token meets. */
export const otherPolicies: readonly Policy[] = [
  { ...plain, name: 'RFC 9068', profile: 'rfc9068' },
  {
    ...plain,
    name: 'nested only, RFC 9068',
    issuers: issuers.slice(0, 2),
    profile: 'rfc9068',
    decryption: {
      ...decryptEverything,
      // A key that no accepted content encryption can use is a ConfigurationError.
      recipients: recipients.filter(({ enc }) => enc === undefined || narrowEncryption.includes(enc as Enc)),
      required: true,
      contentEncryption: narrowEncryption,
    },
  },
  {
    ...plain,
    name: 'encrypted only',
    decryption: { ...decryptEverything, recipients: secretRecipients, acceptUnsigned: true },
  },
  {
    ...plain,
    name: 'narrow',
    clockToleranceSeconds: 0,
    maxTokenAgeSeconds: 600,
    maxTokenBytes: 2048,
    requiredClaims: ['tenant'],
    scopeClaims: ['permissions'],
    tokenTypes: ['vnd.example.at+jwt'],
    isBindingCheckedByCaller: true,
  },
  { ...plain, name: 'wide', clockToleranceSeconds: 300, decryption: decryptEverything, isBindingCheckedByCaller: true },
]

/** Every policy. */
export const policies: readonly Policy[] = [onePolicy, severalPolicy, nestedPolicy, ...otherPolicies]

/** The policy as options of `createVerifier`. */
export function toOptions(policy: Policy): VerifierOptions {
  const { decryption, isBindingCheckedByCaller, maxTokenAgeSeconds } = policy
  return {
    issuers: policy.issuers.map(toIssuerOptions),
    profile: policy.profile,
    clockToleranceSeconds: policy.clockToleranceSeconds,
    maxTokenAgeSeconds,
    maxTokenBytes: policy.maxTokenBytes,
    requiredClaims: policy.requiredClaims,
    scopeClaims: policy.scopeClaims,
    tokenTypes: policy.tokenTypes,
    ...(isBindingCheckedByCaller ? { binding: 'checked-by-caller' } : {}),
    ...(decryption === undefined
      ? {}
      : {
          decryption: {
            keys: decryption.recipients.map(({ input }) => input),
            required: decryption.required,
            acceptUnsigned: decryption.acceptUnsigned,
            contentEncryption: decryption.contentEncryption,
          },
        }),
  }
}

export function toIssuerOptions({ name, audience, given, algorithms }: FuzzIssuer) {
  return {
    issuer: name,
    ...(audience === undefined ? { allowAnyAudience: true as const } : { audience }),
    ...given,
    ...('jwks' in given && algorithms.includes('ES256K') ? { algorithms: ['ES256K' as const] } : {}),
  } as never
}
