import { createPrivateKey } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { compactDecrypt, type JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createIssuer,
  EncryptionKeyUnavailableError,
  generateDecryptionKey,
  generateSigningKey,
  type KeyManagementAlgorithm,
} from './index.ts'

const issuer = 'https://as.example'
const request = { subject: 'user-1', clientId: 'web', audience: 'https://api.example' }

let server: Server
let jwksUri: string
let published: readonly object[]
let fetches: number
let status: number

beforeEach(async () => {
  ;[published, fetches, status] = [[], 0, 200]
  server = createServer((_, response) => {
    fetches++
    response.writeHead(status, { 'content-type': 'application/jwk-set+json' }).end(JSON.stringify({ keys: published }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const publicPart = ({ kty, kid, alg, use, n, e, crv, x, y }: JWK) => ({ kty, kid, alg, use, n, e, crv, x, y })

async function decrypt(token: string, jwk: JWK) {
  return compactDecrypt(token, createPrivateKey({ key: jwk, format: 'jwk' }))
}

describe('encryptFor with a jwksUri', () => {
  it.each<KeyManagementAlgorithm>(['ECDH-ES+A256KW', 'ECDH-ES', 'RSA-OAEP-256', 'RSA-OAEP'])(
    'encrypts for the published %s key with use enc, by its alg, and fetches the set once',
    async (alg) => {
      const key = await generateDecryptionKey(alg)
      published = [publicPart(await generateSigningKey()), publicPart(key)]
      const as = await createIssuer({ issuer, resources: { [request.audience]: { encryptFor: { jwksUri } } } })
      for (let count = 0; count < 3; count++) {
        const { protectedHeader } = await decrypt(await as.issueAccessToken(request), key)
        expect(protectedHeader).toMatchObject({ alg, enc: 'A256GCM', kid: key.kid, cty: 'at+jwt' })
      }
      expect(fetches).toBe(1)
    },
  )

  it('takes the first key that suits what is asked', async () => {
    const [rsa, ec] = [await generateDecryptionKey('RSA-OAEP-256'), await generateDecryptionKey('ECDH-ES+A256KW')]
    const { alg: _, ...anyAlg } = publicPart(ec)
    published = [publicPart(rsa), anyAlg]
    const as = await createIssuer({ issuer })
    const first = await as.issueAccessToken({ ...request, encryptFor: { jwksUri, enc: 'A128CBC-HS256' } })
    expect((await decrypt(first, rsa)).protectedHeader).toMatchObject({ alg: 'RSA-OAEP-256', enc: 'A128CBC-HS256' })
    const asked = await as.issueAccessToken({ ...request, encryptFor: { jwksUri, alg: 'ECDH-ES+A128KW' } })
    expect((await decrypt(asked, ec)).protectedHeader).toMatchObject({ alg: 'ECDH-ES+A128KW' })
    expect(fetches).toBe(1)
  })

  it('finds the key of an API however many others there were in between', async () => {
    const key = await generateDecryptionKey()
    published = [publicPart(key)]
    const as = await createIssuer({
      issuer,
      resources: { [request.audience]: { encryptFor: { jwksUri } }, 'https://other.example': {} },
    })
    const other = { ...request, audience: 'https://other.example' }
    for (let count = 0; count < 101; count++) {
      await as.issueAccessToken({ ...other, encryptFor: { jwksUri: `${jwksUri}/${count}` } })
    }
    expect((await decrypt(await as.issueAccessToken(request), key)).protectedHeader.kid).toBe(key.kid)
  })

  it('issues nothing where no key suits, or none can be had', async () => {
    const as = await createIssuer({ issuer })
    const refused = (alg?: KeyManagementAlgorithm) =>
      as.issueAccessToken({ ...request, encryptFor: { jwksUri, alg } }).catch((error: unknown) => error)
    const { use: _, ...withoutUse } = publicPart(await generateDecryptionKey())
    published = [publicPart(await generateSigningKey('RS256')), withoutUse]
    const error = await refused()
    expect(error).toBeInstanceOf(EncryptionKeyUnavailableError)
    expect(error).toMatchObject({ code: 'encryption_key_unavailable', jwksUri })
    status = 500
    expect(await refused()).toBeInstanceOf(EncryptionKeyUnavailableError)
    expect(await refused('RSA-OAEP')).toBeInstanceOf(EncryptionKeyUnavailableError)
  })
})
