/** How an access token is made. */
export interface TokenFormat {
  /** Signature algorithm; without it the token is not signed. */
  readonly sign?: 'RS256' | 'ES256' | 'EdDSA'
  /** Key management algorithm; the content is encrypted with A256GCM. */
  readonly encrypt?: 'ECDH-ES+A256KW' | 'dir'
}

/** By client, the tokens that the authorization server makes for it. */
export const tokenFormats = {
  'client-rs256': { sign: 'RS256' },
  'client-es256': { sign: 'ES256' },
  'client-eddsa': { sign: 'EdDSA' },
  'client-ecdh-es': { sign: 'ES256', encrypt: 'ECDH-ES+A256KW' },
  'client-dir': { sign: 'ES256', encrypt: 'dir' },
  'client-unsigned': { encrypt: 'dir' },
} as const satisfies Record<string, TokenFormat>

export type ClientId = keyof typeof tokenFormats
