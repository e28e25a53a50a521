import type { KeyObject } from 'node:crypto'
import { attackerKeys, issuers } from '../keys/issuers.ts'
import { asSecret, publicJwkOf, type SigningKey } from '../keys/signing-key.ts'
import { encodingNames } from '../token/base64url.ts'
import { signatureForms } from '../token/signed-draft.ts'
import type { Random } from '../random.ts'
import type { DraftStep } from './step.ts'

const issuersKeys = issuers.flatMap(({ keys }) => keys.map(({ key }) => key))

/** The forms of a public key that somebody might take for a shared secret. */
function publicForms(key: KeyObject, signing: SigningKey): readonly Buffer[] {
  const pem = key.export({ format: 'pem', type: 'spki' }).toString()
  const jwk = publicJwkOf(signing)
  return [
    Buffer.from(pem),
    Buffer.from(pem.trim()),
    key.export({ format: 'der', type: 'spki' }),
    Buffer.from(JSON.stringify(jwk)),
    Buffer.from(jwk.n ?? jwk.x ?? '', 'base64url'),
    Buffer.from(jwk.n ?? jwk.x ?? ''),
  ]
}

function anotherKey(random: Random): SigningKey {
  return random.pick(random.chance(0.5) ? attackerKeys : issuersKeys)
}

/** Keys, signatures and how they are written. */
export const signatureSteps = {
  'another key': ({ signed }, { random }) => {
    const key = anotherKey(random)
    signed.key = key
    signed.alg = random.pick(key.algorithms)
    if (random.chance(0.6)) signed.header.set('alg', JSON.stringify(signed.alg))
    if (random.chance(0.3)) signed.header.set('kid', JSON.stringify(key.name))
  },
  'another algorithm of the same key': ({ signed }, { random }) => {
    signed.alg = random.pick(signed.key.algorithms)
    if (random.chance(0.7)) signed.header.set('alg', JSON.stringify(signed.alg))
  },
  'public key as a secret': ({ signed }, { random }) => {
    const { key } = signed
    if (key.publicKey === undefined) return
    const alg = random.pick(['HS256', 'HS384', 'HS512'])
    signed.key = asSecret('public key', random.pick(publicForms(key.publicKey, key)), [alg])
    signed.alg = alg
    if (random.chance(0.9)) signed.header.set('alg', JSON.stringify(alg))
  },
  'empty secret': ({ signed }, { random }) => {
    signed.key = asSecret('empty', Buffer.alloc(random.pick([0, 1, 32])), ['HS256'])
    signed.alg = 'HS256'
    signed.header.set('alg', '"HS256"')
  },
  'form of the signature': ({ signed }, { random }) => {
    signed.form = random.pick(signatureForms)
  },
  'length of the salt': ({ signed }, { random }) => {
    signed.saltLength = random.pick([0, 1, 20, 31, 32, 33, 48, 64, 100, 190])
  },
  'encoding before signing': ({ signed }, { random }) => {
    signed.encoding[random.pick(['header', 'payload', 'signature'] as const)] = random.pick(encodingNames)
  },
} as const satisfies Record<string, DraftStep>
