import { createJwks, fitsAlgorithm, type Jwks, type PublishedKey } from '@sallyport/jwks'
import { checkNames, checkOneOf, checkText } from './checks.ts'
import { IssuerConfigurationError, quoted } from './configuration-error.ts'
import type { Recipient } from './encryption.ts'
import { EncryptionKeyUnavailableError } from './encryption-key-error.ts'
import {
  type ContentEncryption,
  contentEncryptionNames,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
  keyManagementNames,
} from './key-management.ts'

/** A resource server that publishes its encryption keys (`use: enc`), and changes them as it likes. */
export interface PublishedRecipient {
  /** URL of its JWK Set: https, or http on a loopback host. It is fetched when it is needed, and cached. */
  readonly jwksUri: string
  /** Key management. Default: the key's own `alg`, else `ECDH-ES+A256KW` or `RSA-OAEP-256`. */
  readonly alg?: KeyManagementAlgorithm | undefined
  /** Content encryption. Default `A256GCM`. */
  readonly enc?: ContentEncryption | undefined
}

/** A recipient whose key is looked for each time. */
export interface RecipientSource {
  /** @throws EncryptionKeyUnavailableError */
  find(): Promise<Recipient>
}

/** An issuer has few resource servers. The one that was not used for longest is given up. */
const maxSources = 100

/** Resource servers by their JWKS, and what is fetched of them. */
export class PublishedRecipients {
  #jwks = new Map<string, Jwks>()
  /** Prepared once for each key and way to encrypt. */
  #prepared = new WeakMap<PublishedKey, Map<string, Recipient>>()

  /** @throws IssuerConfigurationError */
  read(given: unknown, option: string): RecipientSource {
    const members = checkNames(given, ['jwksUri', 'alg', 'enc'], option)
    const jwksUri = checkText(members['jwksUri'], `${option}.jwksUri`, 'the URL of a JWK Set')
    const { alg: asked, enc: wanted = 'A256GCM' } = members
    const alg = asked === undefined ? undefined : checkOneOf(asked, publishable, `${option}.alg`)
    const enc = checkOneOf(wanted, contentEncryptionNames, `${option}.enc`)
    this.#jwksOf(jwksUri, option)
    return {
      find: async () => {
        // Asked for each time: whoever holds on to this for long must not end up with a source that was given up.
        const keys = await this.#jwksOf(jwksUri, option)
          .keys()
          .catch((cause: unknown) => {
            throw new EncryptionKeyUnavailableError(jwksUri, 'the set cannot be fetched', { cause })
          })
        for (const key of keys) {
          const algorithm = algorithmFor(key, alg)
          if (algorithm !== undefined) return this.#prepare(key, algorithm, enc)
        }
        throw new EncryptionKeyUnavailableError(jwksUri, `none of its ${keys.length} suits`)
      },
    }
  }

  #jwksOf(jwksUri: string, option: string): Jwks {
    const known = this.#jwks.get(jwksUri)
    const jwks = known ?? open(jwksUri, option)
    // The last one is the one that was used last.
    this.#jwks.delete(jwksUri)
    this.#jwks.set(jwksUri, jwks)
    for (const [oldest, unused] of this.#jwks) {
      if (this.#jwks.size <= maxSources) break
      unused.close()
      this.#jwks.delete(oldest)
    }
    return jwks
  }

  #prepare(key: PublishedKey, alg: KeyManagementAlgorithm, enc: ContentEncryption): Recipient {
    const prepared = this.#prepared.get(key) ?? new Map<string, Recipient>()
    this.#prepared.set(key, prepared)
    const name = `${alg} ${enc}`
    const { kid } = key
    const recipient = prepared.get(name) ?? { key: key.key, header: { alg, enc, ...(kid !== undefined && { kid }) } }
    prepared.set(name, recipient)
    return recipient
  }
}

const publishable = keyManagementNames.filter((name) => !keyManagementAlgorithms[name].isSecret)

function open(jwksUri: string, option: string): Jwks {
  try {
    return createJwks({ jwksUri }, { use: 'enc' })
  } catch {
    const takes = 'an https URL (http for loopback hosts only)'
    const got = jwksUri.includes('@') ? 'text with an @' : quoted(jwksUri)
    throw new IssuerConfigurationError(`${option}.jwksUri`, got, takes)
  }
}

/** How to encrypt for a key; `undefined` where it is not for that. */
function algorithmFor(
  key: PublishedKey,
  asked: KeyManagementAlgorithm | undefined,
): KeyManagementAlgorithm | undefined {
  const byDefault = key.kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES+A256KW'
  const algorithm = asked ?? publishable.find((name) => name === key.alg) ?? byDefault
  return fitsAlgorithm(key, algorithm) ? algorithm : undefined
}

export function isPublished(given: unknown): boolean {
  return typeof given === 'object' && given !== null && 'jwksUri' in given
}
