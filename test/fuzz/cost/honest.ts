import { epoch } from '../clock.ts'
import { audience, issuerA } from '../keys/issuers.ts'
import { recipients } from '../keys/recipients.ts'
import { signWith } from '../keys/signing-key.ts'
import type { Enc } from '../token/content-cipher.ts'
import { type EnvelopeDraft, rewrap, writeEncrypted } from '../token/envelope-draft.ts'
import { JsonDraft } from '../token/json-draft.ts'

/** What an honest token has in common with an attack, so that the two can be compared. */
export interface Likeness {
  /** Of the signature. */
  readonly alg: 'ES256' | 'EdDSA'
  /** Where the token is encrypted: for whom, and how. */
  readonly recipient?: { readonly kid: string; readonly alg: string; readonly enc: Enc }
}

/** Claims that every token here begins with. */
export const honestClaims: Readonly<Record<string, unknown>> = {
  iss: issuerA.name,
  aud: audience,
  sub: 'user-1',
  client_id: 'client-1',
  jti: 'token-1',
  iat: epoch - 60,
  exp: epoch + 7200,
}

const keyIds = { ES256: 'a-p256', EdDSA: 'a-ed25519' }

export function segment(content: string | Buffer): string {
  return Buffer.from(content as string).toString('base64url')
}

export function sign(payload: string, alg: Likeness['alg'] = 'ES256'): string {
  const { key, kid } = issuerA.keys.find((one) => one.kid === keyIds[alg])!
  const input = `${segment(JSON.stringify({ alg, kid, typ: 'at+jwt' }))}.${segment(payload)}`
  return `${input}.${segment(signWith(key, alg, Buffer.from(input), { choice: 1 }))}`
}

/** A good token of about `bytes` bytes, or the smallest there is. */
export function honestToken(bytes: number, { alg, recipient }: Likeness = { alg: 'ES256' }): string {
  const claims = JSON.stringify(honestClaims)
  const inner = recipient === undefined ? bytes : ((bytes - 700) * 3) / 4
  const padding = Math.max(0, Math.floor(((inner - 200) * 3) / 4) - claims.length - 10)
  const token = sign(`{"x":"${'y'.repeat(padding)}",${claims.slice(1)}`, alg)
  return recipient === undefined ? token : encrypt(token, recipient)
}

function encrypt(token: string, { kid, alg, enc }: NonNullable<Likeness['recipient']>): string {
  const recipient = recipients.find((one) => one.kid === kid)!
  const draft: EnvelopeDraft = {
    header: new JsonDraft({ alg, enc, cty: 'JWT', kid }),
    recipient,
    alg,
    enc,
    apu: Buffer.alloc(0),
    apv: Buffer.alloc(0),
    wrapped: { contentKey: Buffer.alloc(0), encryptedKey: Buffer.alloc(0), parameters: {} },
    content: undefined,
    encryptedKey: undefined,
    encoding: { header: 'canonical', others: 'canonical' },
    choice: 1,
  }
  rewrap(draft)
  return writeEncrypted(draft, token)
}
