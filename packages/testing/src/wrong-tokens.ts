/** What a resource server protected by Sallyport answers to a wrong token. */
export interface WrongToken {
  /** What `mint({ wrong })` takes. */
  readonly kind: string
  /** `code` of the `AccessTokenError`, and of the response's body. */
  readonly code: string
  /** HTTP status. */
  readonly status: 401
  /** What is wrong with the token, in words. */
  readonly description: string
}

/** Only Sallyport's own refusals of the token itself are here: they all are 401 (RFC 6750 §3.1). */
function tableOf<const Rows extends Readonly<Record<string, readonly [code: string, description: string]>>>(
  rows: Rows,
) {
  const entries = Object.entries(rows).map(([kind, [code, description]]) => {
    return [kind, Object.freeze({ kind, code, status: 401, description })]
  })
  return Object.freeze(Object.fromEntries(entries)) as {
    readonly [Kind in keyof Rows]: WrongToken & { readonly kind: Kind; readonly code: Rows[Kind][0] }
  }
}

/**
 * The tokens that `mint({ wrong })` makes wrong on purpose, each with the answer of a resource server that is configured
 * with `verifierOptions` and defaults. None may reach a handler.
 *
 * @example
 * ```ts
 * it.each(Object.values(wrongTokens))('refuses $kind', async ({ kind, status, code }) => {
 *   const response = await request(app).get('/reports').set(await as.authorization({ wrong: kind }))
 *   expect(response).toMatchObject({ status, body: { code } })
 * })
 * ```
 */
export const wrongTokens = tableOf({
  expired: ['token_expired', 'It expired an hour ago'],
  not_yet_valid: ['token_not_yet_valid', 'It is valid from in an hour on'],
  wrong_issuer: ['issuer_refused', 'Another issuer is in iss'],
  wrong_audience: ['audience_refused', 'It is for another API'],
  missing_audience: ['claim_missing', 'It has no aud'],
  missing_exp: ['claim_missing', 'It has no exp, and would be valid for ever'],
  wrong_key: ['signature_invalid', "A stranger signed it, and named the issuer's key"],
  unknown_key: ['key_unknown', 'A stranger signed it, and named a key that the issuer does not publish'],
  embedded_key: ['signature_invalid', 'A stranger signed it, and put the public key into the header as jwk'],
  tampered: ['signature_invalid', 'Its subject was changed after it was signed'],
  alg_none: ['algorithm_refused', 'It is not signed: its alg is none'],
  hmac_with_public_key: ['algorithm_refused', "Its HS256 secret is the issuer's public key as PEM"],
  id_token: ['not_an_access_token', 'It is an ID token; profile rfc9068 answers token_type_refused'],
  logout_token: ['token_type_refused', 'It is a logout token (typ logout+jwt)'],
  sender_constrained: ['binding_missing', 'It is bound to a key (cnf.jkt), and comes without a proof of it'],
})

/**
 * As {@link wrongTokens}, for an issuer made with `encrypted`, which alone can make these.
 */
export const wrongEncryptedTokens = tableOf({
  not_signed: ['not_signed', 'Its claims are encrypted, but nobody signed them'],
  wrong_decryption_key: ['decryption_failed', "It is encrypted for another key under the kid of the API's"],
  tampered_ciphertext: ['decryption_failed', 'It was changed after it was encrypted'],
})

/** Names of the wrong tokens that every issuer makes. */
export type WrongSignedTokenKind = keyof typeof wrongTokens

/** Names of the wrong tokens that only an issuer made with `encrypted` makes. */
export type WrongEncryptedTokenKind = keyof typeof wrongEncryptedTokens

/** All that `wrong` of `mint` takes. */
export type WrongTokenKind = WrongSignedTokenKind | WrongEncryptedTokenKind
