import { epoch } from '../clock.ts'
import { deriveBytes } from '../keys/derive.ts'
import { issuerA } from '../keys/issuers.ts'
import { recipients } from '../keys/recipients.ts'
import { publicJwkOf } from '../keys/signing-key.ts'
import type { Enc } from '../token/content-cipher.ts'
import { honestClaims, type Likeness, segment, sign } from './honest.ts'

/** What a stranger sends to make us work. */
export interface Attack {
  readonly name: string
  /** A token, or the header fields of a request, of about `bytes` bytes. */
  readonly make: (bytes: number) => string | readonly string[]
  /** Largest that the limits let in. */
  readonly most: number
  /** How many keys a token like this makes us try, where it is not one: refusing may cost that much more (DOS-1). */
  readonly keysTried?: number
  /** What an honest token that the attack is compared with has in common with it; a signature by ES256 if left out. */
  readonly like?: Likeness
}

const goodHeader = '{"alg":"ES256","kid":"a-p256","typ":"at+jwt"}'
const claims = JSON.stringify(honestClaims)
const noSignature = segment(Buffer.alloc(64, 1))
const maxToken = 16_384
/** 4,096 bytes in base64url, and the rest of a token. */
const maxHeader = 5_600

/** Bytes that become `length` characters of base64url. */
const decoded = (length: number) => Math.floor((length * 3) / 4)
const fill = (piece: string, length: number) => piece.repeat(Math.max(1, Math.floor(length / piece.length)))

function withHeader(make: (bytes: number) => string): Attack['make'] {
  const rest = `.${segment(claims.slice(0, 40))}.${noSignature}`
  return (bytes) => `${segment(make(decoded(bytes - rest.length)))}${rest}`
}

function withPayload(make: (bytes: number) => string | Buffer): Attack['make'] {
  return (bytes) => `${segment(goodHeader)}.${segment(make(decoded(bytes - 200)))}.${noSignature}`
}

/** Claims with one that is made for the occasion. */
const withClaim = (make: (bytes: number) => string) =>
  withPayload((bytes) => `{"x":${make(bytes - claims.length - 8)},${claims.slice(1)}`)

function numbered(make: (index: number) => string, length: number): string {
  const parts: string[] = []
  for (let size = 0, index = 0; ; index++) {
    const part = make(index)
    size += part.length + 1
    if (size > length && index > 0) return parts.join(',')
    parts.push(part)
  }
}

interface Encryption {
  readonly kid: string
  readonly alg: string
  readonly enc: Enc
  /** What the header has besides. */
  readonly members?: object
  readonly encryptedKey?: Buffer
  readonly keysTried?: number
}

const ivLengths = { GCM: 12, CBC: 16 }

/** Encrypted content that nobody encrypted. */
function encrypted(name: string, { kid, alg, enc, members, encryptedKey, keysTried }: Encryption): Attack {
  const isGcm = enc.endsWith('GCM')
  const tagLength = isGcm ? 16 : Number(enc.slice(-3)) / 16
  // Without a key id every key that fits is tried.
  const head = segment(
    JSON.stringify({ alg, enc, cty: 'JWT', ...(keysTried === undefined ? { kid } : {}), ...members }),
  )
  const others = [
    encryptedKey ?? Buffer.alloc(0),
    Buffer.alloc(isGcm ? ivLengths.GCM : ivLengths.CBC, 2),
    Buffer.alloc(tagLength, 3),
  ].map(segment)
  const make = (bytes: number) => {
    const room = decoded(bytes - head.length - others.join('').length - 4)
    return [head, others[0], others[1], segment(Buffer.alloc(Math.max(16, room - (room % 16)), 4)), others[2]].join('.')
  }
  const like = { alg: 'ES256', recipient: { kid, alg, enc } } as const
  return { name: `JWE: ${name}`, most: maxToken, make, like, ...(keysTried === undefined ? {} : { keysTried }) }
}

const epkOf = (kid: string) => recipients.find((one) => one.kid === kid)!.publicKey!.export({ format: 'jwk' })

/** Below the modulus, so that it is looked at. */
const belowModulus = (length: number) => deriveBytes('cost', length).fill(0, 0, 1)

const bearer = (token: string) => ['Authorization', `Bearer ${token}`]
const cookies = (value: string) => ['Cookie', value]

/** Each with the shape that costs most of what it stands for. */
export const attacks: readonly Attack[] = [
  { name: 'dots', most: maxToken, make: (bytes) => fill('.', bytes) },
  { name: 'equals signs', most: maxToken, make: (bytes) => fill('=', bytes) },
  { name: 'no dot at all', most: maxToken, make: (bytes) => fill('A', bytes) },
  {
    name: 'three segments of nothing',
    most: maxToken,
    make: (bytes) => `${fill('A', bytes / 3)}.${fill('A', bytes / 3)}.${fill('A', bytes / 3)}`,
  },
  {
    name: 'not ASCII',
    most: maxToken,
    make: (bytes) => `${segment(goodHeader)}.${fill('\u00e9', bytes - 200)}.${noSignature}`,
  },
  {
    name: 'white space in the payload',
    most: maxToken,
    make: (bytes) => `${segment(goodHeader)}.${fill('A\n', bytes - 200)}.${noSignature}`,
  },
  { name: 'header: opening brackets', most: maxHeader, make: withHeader((bytes) => `{"a":${fill('[', bytes - 6)}`) },
  {
    name: 'header: many arrays',
    most: maxHeader,
    make: withHeader((bytes) => `{"alg":"ES256","a":[${fill('[],', bytes - 24)}1]}`),
  },
  {
    name: 'header: many members',
    most: maxHeader,
    make: withHeader((bytes) => `{"alg":"ES256",${numbered((index) => `"${index}":0`, bytes - 30)}}`),
  },
  {
    name: 'header: many objects',
    most: maxHeader,
    make: withHeader((bytes) => `{"alg":"ES256","a":[${fill('{"a":0},', bytes - 30)}1]}`),
  },
  {
    name: 'header: duplicate at the end',
    most: maxHeader,
    make: withHeader((bytes) => `{"alg":"ES256",${numbered((index) => `"${index}":0`, bytes - 40)},"alg":0}`),
  },
  {
    name: 'header: escaped names',
    most: maxHeader,
    make: withHeader((bytes) => `{"alg":"ES256",${numbered((index) => `"\\u0061${index}":0`, bytes - 30)}}`),
  },
  { name: 'header: backslashes', most: maxHeader, make: withHeader((bytes) => `{"a":"${fill('\\\\', bytes - 8)}`) },
  {
    name: 'header: white space',
    most: maxHeader,
    make: withHeader((bytes) => `{${fill(' ', bytes - 16)}"alg":"ES256"}`),
  },
  {
    name: 'header: space before colons',
    most: maxHeader,
    make: withHeader((bytes) => `{"alg":"ES256",${numbered((index) => `"${index}"${' '.repeat(40)}:0`, bytes - 70)}}`),
  },
  {
    name: 'header: long kid',
    most: maxHeader,
    make: withHeader((bytes) => `{"alg":"ES256","kid":"${fill('k', bytes - 26)}"}`),
  },
  {
    name: 'header: long typ',
    most: maxHeader,
    make: withHeader((bytes) => `{"alg":"ES256","kid":"a-p256","typ":"${fill('\u0130', (bytes - 40) / 2)}"}`),
  },
  {
    name: 'header: long alg',
    most: maxHeader,
    make: withHeader((bytes) => `{"alg":"${fill('\u0001', bytes / 6).replaceAll('\u0001', '\\u0001')}"}`),
  },
  { name: 'claims: opening brackets', most: maxToken, make: withClaim((bytes) => fill('[', bytes)) },
  {
    name: 'claims: just deep enough',
    most: maxToken,
    make: withClaim((bytes) => `[${fill(`${'['.repeat(29)}${']'.repeat(29)},`, bytes)}1]`),
  },
  { name: 'claims: many arrays', most: maxToken, make: withClaim((bytes) => `[${fill('[],', bytes)}1]`) },
  { name: 'claims: many objects', most: maxToken, make: withClaim((bytes) => `[${fill('{},', bytes)}1]`) },
  {
    name: 'claims: many members',
    most: maxToken,
    make: withClaim((bytes) => `{${numbered((index) => `"${index}":0`, bytes)}}`),
  },
  {
    name: 'claims: brackets in texts',
    most: maxToken,
    make: withClaim((bytes) => `["${fill('[', 80)}",${numbered(() => '"\\"["', bytes - 90)}]`),
  },
  {
    name: 'claims: numbers of many digits',
    most: maxToken,
    make: withClaim((bytes) => `[${numbered(() => '9'.repeat(300), bytes)}]`),
  },
  { name: 'claims: escapes', most: maxToken, make: withClaim((bytes) => `"${fill('\\ud800', bytes)}"`) },
  {
    name: 'claims: no UTF-8 at the end',
    most: maxToken,
    make: withPayload((bytes) => Buffer.concat([Buffer.from(`{"x":"${fill('y', bytes - 10)}`), Buffer.of(0xff)])),
  },
  { name: 'claims: long issuer', most: maxToken, make: withPayload((bytes) => `{"iss":"${fill('i', bytes - 12)}"}`) },
  {
    name: 'claims: many audiences',
    most: maxToken,
    make: withPayload(
      (bytes) => `{"aud":[${numbered((index) => `"${index}"`, bytes - claims.length - 20)}],${claims.slice(1)}`,
    ),
  },
  { name: 'wrong signature', most: maxToken, make: withClaim((bytes) => `"${fill('y', bytes)}"`) },
  {
    name: 'wrong signature, four keys',
    most: maxToken,
    keysTried: 4,
    like: { alg: 'EdDSA' },
    make: (bytes) =>
      `${segment('{"alg":"EdDSA"}')}.${segment(`{"iss":"https://many.example","x":"${fill('y', decoded(bytes) - 150)}"}`)}.${noSignature}`,
  },
  {
    name: 'long signature',
    most: maxToken,
    make: (bytes) => `${segment(goodHeader)}.${segment(claims)}.${fill('A', bytes - 400)}`,
  },
  {
    name: 'HMAC with a public key',
    most: maxToken,
    make: (bytes) =>
      `${segment(JSON.stringify({ alg: 'HS256', jwk: publicJwkOf(issuerA.keys[2]!.key) }))}.${fill('A', bytes - 300)}.${noSignature}`,
  },
  {
    name: 'genuine, but expired, of many scopes',
    most: maxToken,
    make: (bytes) =>
      sign(
        `{"scope":"${fill('a b c ', decoded(bytes - 200) - claims.length - 12)}",${claims.replace(String(epoch + 7200), String(epoch - 7200)).slice(1)}`,
      ),
  },
  encrypted('dir', { alg: 'dir', enc: 'A256GCM', kid: 'dir-a256gcm' }),
  encrypted('CBC', { alg: 'A128KW', enc: 'A256CBC-HS512', kid: 'a128kw-1', encryptedKey: Buffer.alloc(72, 1) }),
  encrypted('four keys', {
    alg: 'A128KW',
    enc: 'A128CBC-HS256',
    kid: 'a128kw-1',
    encryptedKey: Buffer.alloc(40, 1),
    keysTried: 4,
  }),
  encrypted('RSA-OAEP', { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'rsa', encryptedKey: belowModulus(256) }),
  encrypted('RSA-OAEP, 3072 bits', {
    alg: 'RSA-OAEP-256',
    enc: 'A256GCM',
    kid: 'rsa-3072',
    encryptedKey: belowModulus(384),
  }),
  ...['p256', 'x25519', 'p521'].map((kid) =>
    encrypted(`ECDH-ES, ${kid}`, { alg: 'ECDH-ES', enc: 'A256GCM', kid, members: { epk: epkOf(kid) } }),
  ),
  encrypted('compressed', { alg: 'dir', enc: 'A256GCM', kid: 'dir-a256gcm', members: { zip: 'DEF' } }),
  {
    name: 'request: spaces after the scheme',
    most: maxToken,
    make: (bytes) => ['Authorization', `Bearer${fill(' ', bytes)}`],
  },
  { name: 'request: equals signs', most: maxToken, make: (bytes) => bearer(`a${fill('=', bytes - 20)}!`) },
  { name: 'request: bad at the end', most: maxToken, make: (bytes) => bearer(`${fill('a', bytes - 20)}!`) },
  { name: 'request: many cookies', most: maxToken, make: (bytes) => cookies(fill('a=b; ', bytes)) },
  { name: 'request: semicolons', most: maxToken, make: (bytes) => cookies(fill(';', bytes)) },
  { name: 'request: cookies of equals signs', most: maxToken, make: (bytes) => cookies(fill('=', bytes)) },
  { name: 'request: cookies of white space', most: maxToken, make: (bytes) => cookies(fill('at \t', bytes)) },
  {
    name: 'request: many cookie fields',
    most: maxToken,
    make: (bytes) => Array.from({ length: bytes / 12 }, () => cookies('at')).flat(),
  },
  {
    name: 'request: many fields',
    most: maxToken,
    make: (bytes) => Array.from({ length: bytes / 18 }, () => ['authorizatioN', 'Basic']).flat(),
  },
]
