import { andThen } from '../awaitable.ts'
import type { JsonObject } from '../compact/index.ts'
import { AccessTokenError } from '../error.ts'
import { type AesBits, aesKeyWrapOverhead, unwrapAes } from './aes-key-wrap.ts'
import { malformed, readBytes } from './bytes.ts'
import { deriveKey, lengthPrefixed } from './concat-kdf.ts'
import { type Curve, curveOf, curves, isCurve } from './curves.ts'
import type { KeyManagementEntry } from './key-management-entry.ts'

/** The header's `epk`, `apu` and `apv` (RFC 7518 §4.6.1). */
export interface AgreementParameters {
  readonly curve: Curve
  /** The ephemeral public key: for EC as an uncompressed point. */
  readonly publicKey: Buffer
  /** `apu` and `apv` as the KDF takes them. */
  readonly partyInfo: Buffer
}

const maxPartyInfoBytes = 512

/** Direct Key Agreement: the agreed key is the content encryption key (RFC 7518 §4.6). */
export const ecdhEs: KeyManagementEntry<AgreementParameters> = {
  keyTypes: ['EC', 'OKP'],
  secretLength: undefined,
  encryptedKeyLength: () => 0,
  readParameters,
  prepare: (key) => {
    const curve = curveOf(key)
    const agree = curve && curves[curve].prepare(key)
    return {
      suits: ({ parameters }) => parameters.curve === curve,
      unwrap: ({ enc, contentKeyLength, parameters: { publicKey, partyInfo } }) =>
        agree && andThen(agree(publicKey), (secret) => secret && deriveKey(secret, enc, partyInfo, contentKeyLength)),
    }
  },
}

/** Key Agreement with Key Wrapping: the agreed key unwraps the content encryption key (RFC 7518 §4.6). */
export function ecdhEsKeyWrap(bits: AesBits): KeyManagementEntry<AgreementParameters> {
  const alg = `ECDH-ES+A${bits}KW`
  return {
    ...ecdhEs,
    encryptedKeyLength: (contentKeyLength) => contentKeyLength + aesKeyWrapOverhead,
    prepare: (key) => {
      const { suits, unwrap } = ecdhEs.prepare(key)
      return {
        suits,
        unwrap: (wrapped) => {
          const agreed = unwrap({ ...wrapped, enc: alg, contentKeyLength: bits / 8 })
          return andThen(agreed, (wrappingKey) => wrappingKey && unwrapAes(bits, wrappingKey, wrapped.encryptedKey))
        },
      }
    },
  }
}

function readParameters({ epk, apu, apv }: JsonObject): AgreementParameters {
  const [partyU, partyV] = [readPartyInfo(apu, 'apu'), readPartyInfo(apv, 'apv')]
  // RFC 7518 §4.6.2: "The "apu" and "apv" values MUST be distinct, when used."
  if (apu !== undefined && apv !== undefined && partyU.equals(partyV)) throw malformed('apu and apv are the same')
  return { ...readEphemeralKey(epk), partyInfo: Buffer.concat([partyU, partyV]) }
}

/** RFC 7518 §6.2.2, §6.3.2, §6.4: members that no public key has. */
const privateMembers = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv']

/** JWE-5. That the point is on the curve is left to the agreement, which has to look at it anyway. */
function readEphemeralKey(epk: unknown): { curve: Curve; publicKey: Buffer } {
  if (typeof epk !== 'object' || epk === null) throw malformed('epk is not an object')
  const { kty, crv, x, y } = epk as JsonObject
  if (privateMembers.some((name) => Object.hasOwn(epk, name))) throw malformed('epk has a private member')
  if (!isCurve(crv)) throw new AccessTokenError('algorithm_refused', { reason: 'the curve of epk is not supported' })
  const { kty: expected, coordinateLength } = curves[crv]
  if (kty !== expected) throw malformed('kty and crv of epk do not fit')
  const publicKey = readBytes(x, 'x of epk', coordinateLength)
  if (kty === 'OKP') return { curve: crv, publicKey }
  return { curve: crv, publicKey: Buffer.concat([uncompressed, publicKey, readBytes(y, 'y of epk', coordinateLength)]) }
}

/** SEC 1 §2.3.3: what stands before the two coordinates of a point. */
const uncompressed = Buffer.of(4)

function readPartyInfo(value: unknown, name: 'apu' | 'apv'): Buffer {
  const bytes = value === undefined ? Buffer.alloc(0) : readBytes(value, name)
  if (bytes.length > maxPartyInfoBytes) throw malformed(`${name} is over ${maxPartyInfoBytes} bytes`)
  return lengthPrefixed(bytes)
}
