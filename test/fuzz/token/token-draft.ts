import { epoch } from '../clock.ts'
import { audience, type FuzzIssuer, issuerA, type IssuerKey, issuers } from '../keys/issuers.ts'
import { pairRecipients, type Recipient, secretRecipients } from '../keys/recipients.ts'
import { Random } from '../random.ts'
import { contentCiphers, type Enc, encNames } from './content-cipher.ts'
import { type EnvelopeDraft, rewrap, writeEncrypted } from './envelope-draft.ts'
import { JsonDraft } from './json-draft.ts'
import { type SignedDraft, writeSigned } from './signed-draft.ts'

/** A token that is about to be made: good, until steps are taken. */
export interface TokenDraft {
  readonly signed: SignedDraft
  readonly envelope: EnvelopeDraft | undefined
}

/** `bare` is encrypted only. */
export const tokenKinds = ['signed', 'nested', 'bare'] as const

export type TokenKind = (typeof tokenKinds)[number]

/** A good token; all that is not said by the kind follows from the seed. */
export function draftToken(kind: TokenKind, seed: number): TokenDraft {
  const random = new Random(seed)
  const signed = draftSigned(random)
  return { signed, envelope: kind === 'signed' ? undefined : draftEnvelope(kind, random) }
}

export function writeToken({ signed, envelope }: TokenDraft): string {
  const text = writeSigned(signed)
  return envelope === undefined ? text : writeEncrypted(envelope, text)
}

function draftSigned(random: Random): SignedDraft {
  const issuer = random.chance(0.65) ? issuerA : random.pick(issuers)
  const { key, kid } = pickKey(issuer.keys, random)
  const alg = random.pick(key.algorithms.filter((name) => issuer.algorithms.includes(name)))
  return {
    header: new JsonDraft({ alg, ...(kid === undefined ? {} : { kid }), ...goodType(random) }),
    payload: new JsonDraft(goodClaims(issuer, random)),
    key,
    alg,
    form: 'good',
    saltLength: undefined,
    encoding: { header: 'canonical', payload: 'canonical', signature: 'canonical' },
    choice: random.below(1 << 16),
  }
}

/** What takes long to sign or to verify comes less often. */
function pickKey(keys: FuzzIssuer['keys'], random: Random): IssuerKey {
  const picked = random.pick(keys)
  const { kty, curve } = picked.key
  const isSlow = curve !== undefined && curve.name !== 'P-256'
  const skips = isSlow ? 0.97 : kty === 'RSA' ? 0.6 : 0
  return keys.length > 1 && random.chance(skips) ? pickKey(keys, random) : picked
}

function goodType(random: Random): Readonly<Record<string, string>> {
  if (random.chance(0.1)) return {}
  return { typ: random.chance(0.8) ? 'at+jwt' : 'JWT' }
}

function goodClaims(issuer: FuzzIssuer, random: Random): Readonly<Record<string, unknown>> {
  return {
    iss: issuer.name,
    aud: random.chance(0.8) ? audience : [audience, 'https://other-api.example'],
    sub: `user-${random.below(1000)}`,
    client_id: 'client-1',
    iat: epoch - 60,
    exp: epoch + 7200,
    jti: `token-${random.below(1 << 24)}`,
    scope: 'reports:read reports:write',
    ...(random.chance(0.3) ? { tenant: 'acme', realm_access: { roles: ['admin', 'auditor'] } } : {}),
    ...(random.chance(0.05) ? { description: 'x'.repeat(random.below(3000)) } : {}),
  }
}

function draftEnvelope(kind: TokenKind, random: Random): EnvelopeDraft {
  const recipient = pickRecipient(kind === 'bare' || random.chance(0.4) ? secretRecipients : pairRecipients, random)
  const alg = random.pick(recipient.algorithms)
  const enc = pickEnc(recipient, alg, random)
  const { kid } = recipient
  const draft: Omit<EnvelopeDraft, 'wrapped'> = {
    header: new JsonDraft({
      alg,
      enc,
      cty: random.chance(0.5) ? 'at+jwt' : 'JWT',
      ...(kid === undefined || random.chance(0.1) ? {} : { kid }),
    }),
    recipient,
    alg,
    enc,
    apu: Buffer.from(random.chance(0.1) ? 'Alice' : ''),
    apv: Buffer.from(random.chance(0.1) ? 'Bob' : ''),
    content: undefined,
    encryptedKey: undefined,
    encoding: { header: 'canonical', others: 'canonical' },
    choice: random.below(1 << 16),
  }
  const envelope = Object.assign(draft, {
    wrapped: { contentKey: Buffer.alloc(0), encryptedKey: Buffer.alloc(0), parameters: {} },
  })
  rewrap(envelope)
  return envelope
}

/** What costs a millisecond to decrypt comes less often. */
function pickRecipient(list: readonly Recipient[], random: Random): Recipient {
  const picked = random.pick(list)
  const isSlow = ['p384', 'p521', 'rsa-3072'].includes(picked.kid ?? '')
  return isSlow && random.chance(0.95) ? pickRecipient(list, random) : picked
}

function pickEnc({ enc, privateKey }: Recipient, alg: string, random: Random): Enc {
  if (enc !== undefined) return enc as Enc
  if (alg !== 'dir') return random.pick(encNames)
  return random.pick(encNames.filter((name) => contentCiphers[name].keyLength === privateKey.symmetricKeySize))
}
