import { exportJWK, generateKeyPair, generateSecret, type JWK } from 'jose'

/** The keys that an API decrypts access tokens with, and what of them its authorization server gets. */
export interface ApiKeys {
  readonly decryptionKeys: readonly JWK[]
  readonly encryptionKeys: { readonly 'ECDH-ES+A256KW': NamedKey; readonly dir: NamedKey }
}

type NamedKey = JWK & { kid: string }

export async function generateApiKeys(): Promise<ApiKeys> {
  const pair = await generateKeyPair('ECDH-ES+A256KW', { extractable: true })
  const secret = await generateSecret('A256GCM', { extractable: true })
  const names = { kid: 'api-ecdh-es', alg: 'ECDH-ES+A256KW', use: 'enc' }
  const dir = { ...(await exportJWK(secret)), kid: 'api-dir', alg: 'dir', use: 'enc' }
  return {
    decryptionKeys: [{ ...(await exportJWK(pair.privateKey)), ...names }, dir],
    encryptionKeys: { 'ECDH-ES+A256KW': { ...(await exportJWK(pair.publicKey)), ...names }, dir },
  }
}
