import type { JsonWebKey } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { recipients } from '../keys/recipients.ts'
import type { Random } from '../random.ts'
import { encodingNames } from '../token/base64url.ts'
import { type EnvelopeDraft, rewrap, writeEncrypted } from '../token/envelope-draft.ts'
import { wrapContentKey } from '../token/key-wrapping.ts'
import type { DraftStep } from './step.ts'

const partyInfo: readonly Buffer[] = [
  Buffer.alloc(0),
  Buffer.from('Alice'),
  Buffer.alloc(512, 1),
  Buffer.alloc(513, 1),
  Buffer.alloc(1000, 2),
]

/** Ephemeral keys that are not quite public keys. `key_ops` is not among them: RFC 7518 §4.6.1.1 lets it be ignored. */
function bendEphemeralKey(epk: JsonWebKey, random: Random): unknown {
  const { kty, crv, x, y } = epk
  const zeros = Buffer.alloc(32).toString('base64url')
  return random.pick<unknown>([
    { ...epk, d: x },
    { ...epk, d: null },
    { ...epk, k: x },
    { ...epk, p: x, q: x, dp: x, dq: x, qi: x },
    { ...epk, oth: [] },
    { ...epk, use: 'enc' },
    { ...epk, use: 'sig' },
    { ...epk, alg: 'ECDH-ES', kid: 'ephemeral' },
    { ...epk, ext: true },
    { ...epk, x: zeros },
    { ...epk, x: y ?? x, y: x },
    { ...epk, y: undefined },
    { ...epk, y: x },
    { ...epk, x: x?.slice(0, -4) },
    { ...epk, x: `AA${x}` },
    { ...epk, x: `${x}=` },
    { ...epk, x: `${x?.slice(0, 4)}\n${x?.slice(4)}` },
    { ...epk, crv: 'P-384' },
    { ...epk, crv: 'p-256' },
    { ...epk, crv: '__proto__' },
    { ...epk, kty: kty === 'EC' ? 'OKP' : 'EC' },
    { kty, crv },
    { kty: 'OKP', crv: 'X25519', x: Buffer.concat([Buffer.of(1), Buffer.alloc(31)]).toString('base64url') },
    { kty: 'OKP', crv: 'X25519', x: zeros },
    [],
    null,
    JSON.stringify(epk),
  ])
}

const choicesWithLeadingZero = new Map<string, number>()

/** A choice whose encrypted key begins with a zero, as one in 256 does: looked for once for each kind. */
function choiceWithLeadingZero(envelope: EnvelopeDraft): number {
  const kind = `${envelope.recipient.kid} ${envelope.alg} ${envelope.enc}`
  let choice = choicesWithLeadingZero.get(kind) ?? 0
  while (wrapContentKey({ ...envelope, choice }).encryptedKey[0] !== 0) choice++
  choicesWithLeadingZero.set(kind, choice)
  return choice
}

/** What is encrypted, for whom, and how its key is brought. Does nothing where nothing is encrypted. */
export const envelopeSteps = {
  'another recipient': ({ envelope }, { random }) => {
    if (envelope === undefined) return
    const others = recipients.filter(({ algorithms, enc }) => algorithms.includes(envelope.alg) && enc === undefined)
    if (others.length === 0) return
    envelope.recipient = random.pick(others)
    rewrap(envelope)
    if (random.chance(0.3)) envelope.header.set('kid', undefined)
  },
  'without key id': ({ envelope }) => {
    envelope?.header.set('kid', undefined)
  },
  'party information': ({ envelope }, { random }) => {
    if (envelope === undefined) return
    envelope.apu = random.pick(partyInfo)
    envelope.apv = random.chance(0.4) ? envelope.apu : random.pick(partyInfo)
    rewrap(envelope)
  },
  'party information of another form': ({ envelope }, { random }) => {
    const values = ['""', 'null', '1', '[]', '"QQ=="', '"Q R"', '"QR"', '"QQ"', '"+/"', '"A"']
    envelope?.header.set(random.pick(['apu', 'apv']), random.pick(values))
  },
  'ephemeral key': ({ envelope }, { random }) => {
    const epk = envelope?.wrapped.parameters['epk']
    if (epk !== undefined) envelope?.header.set('epk', JSON.stringify(bendEphemeralKey(epk as JsonWebKey, random)))
  },
  'seal of the key': ({ envelope }, { random }) => {
    if (envelope === undefined || !envelope.alg.endsWith('GCMKW')) return
    const name = random.pick(['iv', 'tag'])
    const value = String(envelope.wrapped.parameters[name])
    const values = [
      undefined,
      '""',
      'null',
      '1',
      `"${value}="`,
      `"${value} "`,
      `"${value.slice(0, -4)}"`,
      `"${value}AAAA"`,
    ]
    envelope.header.set(name, random.pick(values))
  },
  'encrypted key': ({ envelope }, { random }) => {
    if (envelope === undefined) return
    const forms: readonly ((given: Buffer) => Buffer)[] = [
      () => Buffer.alloc(0),
      () => Buffer.of(0),
      (given) => given.subarray(1),
      (given) => given.subarray(0, -1),
      (given) => Buffer.concat([given, Buffer.of(0)]),
      (given) => Buffer.concat([Buffer.of(0), given]),
      (given) => Buffer.alloc(given.length),
      (given) => Buffer.alloc(given.length, 0xff),
      () => envelope.wrapped.contentKey,
    ]
    envelope.encryptedKey = random.pick(forms)
  },
  'encrypted key without its leading zero': ({ envelope }) => {
    if (envelope === undefined || !envelope.alg.startsWith('RSA-OAEP')) return
    envelope.choice = choiceWithLeadingZero(envelope)
    rewrap(envelope)
    envelope.encryptedKey = (given) => given.subarray(1)
  },
  content: ({ envelope, signed }, { random }) => {
    if (envelope === undefined) return
    const forms: readonly ((token: string) => Buffer)[] = [
      () => signed.payload.toBytes(),
      () => Buffer.from(`\ufeff${signed.payload.toText()}`),
      () => Buffer.from(` ${signed.payload.toText()}`),
      () => Buffer.alloc(0),
      () => Buffer.from('..'),
      () => Buffer.from('not a token'),
      (token) => Buffer.from(`${token}.`),
      (token) => Buffer.from(` ${token}`),
      (token) => Buffer.from(`${token}\n`),
      (token) => Buffer.from(`"${token}"`),
      (token) => Buffer.from(`\ufeff${token}`),
      (token) => Buffer.concat([Buffer.from(token), Buffer.of(0xff)]),
      (token) => Buffer.from(token.split('.').slice(0, 2).join('.')),
      (token) => Buffer.from(writeEncrypted({ ...envelope, content: undefined }, token)),
      (token) => Buffer.from(JSON.stringify({ payload: token.split('.')[1], signatures: [] })),
    ]
    envelope.content = random.pick(forms)
  },
  'compressed content': ({ envelope }, { random }) => {
    if (envelope === undefined) return
    envelope.content = (token) => deflateRawSync(random.chance(0.2) ? Buffer.alloc(300_000) : token)
    envelope.header.set('zip', '"DEF"')
  },
  'replicated claim': ({ envelope, signed }, { random }) => {
    const name = random.pick(['iss', 'sub', 'aud'])
    const claim = signed.payload.get(name) ?? 'null'
    const values = [claim, claim, `[${claim}]`, '"https://b.example"', 'null', '""', '{}']
    envelope?.header.set(name, random.pick(values))
  },
  'encoding before encrypting': ({ envelope }, { random }) => {
    if (envelope !== undefined)
      envelope.encoding[random.pick(['header', 'others'] as const)] = random.pick(encodingNames)
  },
} as const satisfies Record<string, DraftStep>
