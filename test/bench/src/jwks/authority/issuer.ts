import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto'

/** The keys that a run needs: the first one, its announced successor, and one that comes without notice. */
export const keyNames = ['first', 'second', 'third'] as const

export type KeyName = (typeof keyNames)[number]

export const audience = 'https://api.example'
const lifetimeSeconds = 86_400

/** Its keys, and tokens signed with them. */
export class Issuer {
  #keys = new Map<KeyName, { readonly privateKey: KeyObject; readonly jwk: JsonWebKey }>()

  constructor() {
    for (const kid of keyNames) {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      this.#keys.set(kid, {
        privateKey,
        jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' },
      })
    }
  }

  publicKeys(names: readonly KeyName[]): JsonWebKey[] {
    return names.map((name) => this.#key(name).jwk)
  }

  /** Each token is another one. */
  mint(name: KeyName, issuer: string, count: number): string[] {
    const { privateKey } = this.#key(name)
    const now = Math.floor(Date.now() / 1000)
    return Array.from({ length: count }, (_, index) => {
      const claims = {
        iss: issuer,
        aud: audience,
        sub: `user-${index}`,
        client_id: 'bench',
        jti: `${name}-${index}`,
        scope: 'reports:read',
        iat: now,
        exp: now + lifetimeSeconds,
      }
      const input = `${encode({ alg: 'RS256', typ: 'at+jwt', kid: name })}.${encode(claims)}`
      return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
    })
  }

  #key(name: KeyName) {
    const key = this.#keys.get(name)
    if (key === undefined) throw new Error(`there is no key ${name}`)
    return key
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
