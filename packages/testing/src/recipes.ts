import { createHmac, createPublicKey } from 'node:crypto'
import type { Signer } from '@sallyport/issuer'
import { type Draft, override, segment, signDraft, signingInput } from './draft.ts'
import type { WrongSignedTokenKind } from './wrong-tokens.ts'

/** Who signs. */
export interface Signers {
  readonly issuer: Signer
  /** Has a key of the same kind, which is published nowhere. */
  readonly stranger: Signer
}

/** How a token is made wrong: before it is signed, in how it is signed, or both. */
export interface Recipe {
  readonly change?: (draft: Draft, signers: Signers) => Draft
  readonly sign?: (draft: Draft, signers: Signers) => Promise<string>
}

const hourSeconds = 3600

/** One recipe for each kind of wrong token: adding one is adding an entry here and in `wrongTokens`. */
export const recipes: Readonly<Record<WrongSignedTokenKind, Recipe>> = {
  expired: changed(({ claims }) => ({
    exp: seconds(claims['iat']) - hourSeconds,
    iat: seconds(claims['iat']) - 2 * hourSeconds,
  })),
  not_yet_valid: changed(({ claims }) => ({
    nbf: seconds(claims['iat']) + hourSeconds,
    exp: seconds(claims['exp']) + hourSeconds,
  })),
  wrong_issuer: changed(() => ({ iss: 'https://another-issuer.test' })),
  wrong_audience: changed(() => ({ aud: 'https://another-api.test' })),
  missing_audience: changed(() => ({ aud: undefined })),
  missing_exp: changed(() => ({ exp: undefined })),
  wrong_key: { sign: signByStranger },
  unknown_key: { change: withHeader((stranger) => ({ kid: stranger.kid })), sign: signByStranger },
  embedded_key: { change: withHeader((stranger) => ({ jwk: stranger.publicJwk })), sign: signByStranger },
  tampered: {
    sign: async (draft, { issuer }) => {
      const signature = (await signDraft(draft, issuer)).split('.')[2] ?? ''
      const claims = override(draft.claims, { sub: `not-${String(draft.claims['sub'])}` })
      return `${signingInput({ ...draft, claims })}.${signature}`
    },
  },
  alg_none: {
    change: withHeader(() => ({ alg: 'none', kid: undefined })),
    sign: async (draft) => `${signingInput(draft)}.`,
  },
  hmac_with_public_key: { change: withHeader(() => ({ alg: 'HS256' })), sign: signWithPublicKey },
  id_token: {
    change: ({ header, claims }) => ({
      header: override(header, { typ: 'JWT' }),
      claims: override(claims, {
        azp: claims['client_id'],
        client_id: undefined,
        scope: undefined,
        nonce: 'n-0S6_WzA2Mj',
        at_hash: '77QmUPtjPfzWtF2AnpK9RQ',
      }),
    }),
  },
  logout_token: {
    change: ({ header, claims }) => ({
      header: override(header, { typ: 'logout+jwt' }),
      claims: override(claims, {
        client_id: undefined,
        scope: undefined,
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      }),
    }),
  },
  sender_constrained: {
    // A key's kid is its thumbprint here, as cnf.jkt is (RFC 9449 §6.1).
    change: ({ header, claims }, { stranger }) => ({
      header,
      claims: override(claims, { cnf: { jkt: stranger.kid } }),
    }),
  },
}

function changed(overrides: (draft: Draft) => Record<string, unknown>): Recipe {
  return { change: (draft) => ({ header: draft.header, claims: override(draft.claims, overrides(draft)) }) }
}

function withHeader(overrides: (stranger: Signer) => Record<string, unknown>): NonNullable<Recipe['change']> {
  return ({ header, claims }, { stranger }) => ({ header: override(header, overrides(stranger)), claims })
}

function signByStranger(draft: Draft, { stranger }: Signers): Promise<string> {
  return signDraft(draft, stranger)
}

/** What a verifier accepts that lets the token choose between HMAC and signatures (RFC 8725 §2.1). */
async function signWithPublicKey(draft: Draft, { issuer }: Signers): Promise<string> {
  const publicKey = createPublicKey({ key: issuer.publicJwk, format: 'jwk' })
  const input = signingInput(draft)
  const secret = publicKey.export({ type: 'spki', format: 'pem' })
  return `${input}.${segment(createHmac('sha256', secret).update(input).digest())}`
}

function seconds(claim: unknown): number {
  return typeof claim === 'number' ? claim : 0
}
