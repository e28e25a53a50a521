import { Server } from 'node:net'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type RunningTestIssuer, startTestIssuer, type TestAuthorityOptions } from './index.ts'

const started: RunningTestIssuer[] = []

async function start(options?: TestAuthorityOptions) {
  const as = await startTestIssuer(options)
  started.push(as)
  return as
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((as) => as.close()))
})

const metadataPath = '/.well-known/oauth-authorization-server'

async function verifyByJose(token: string, { issuer, audience }: RunningTestIssuer) {
  const { jwks_uri: address } = (await (await fetch(issuer + metadataPath)).json()) as { jwks_uri: string }
  return jwtVerify(token, createRemoteJWKSet(new URL(address)), { issuer, audience, typ: 'at+jwt' })
}

describe('startTestIssuer', () => {
  it('publishes keys from which jose verifies a token, by discovery', async () => {
    const as = await start()
    expect(as.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(as.verifierOptions).toEqual({ issuer: as.issuer, audience: 'https://api.test' })
    await expect(verifyByJose(await as.mint(), as)).resolves.toBeDefined()
    expect(as.requests()).toEqual([
      { method: 'GET', path: metadataPath },
      { method: 'GET', path: '/.well-known/jwks.json' },
    ])
  })

  it('gives the decryption key when it encrypts', async () => {
    const as = await start({ encrypted: true })
    expect(Object.keys(as.verifierOptions)).toEqual(['issuer', 'audience', 'decryption'])
    expect((await as.mint()).split('.')).toHaveLength(5)
  })

  it('publishes the new key as soon as it rotates, and takes the old one back when asked to', async () => {
    const as = await start()
    const old = await as.mint()
    await as.rotate()
    await expect(verifyByJose(old, as)).resolves.toBeDefined()
    await expect(verifyByJose(await as.mint(), as)).resolves.toBeDefined()
    await as.rotate({ withdraw: true })
    await expect(verifyByJose(await as.mint(), as)).resolves.toBeDefined()
    await expect(verifyByJose(old, as)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  it('answers with faults, and with the documents again', async () => {
    const as = await start()
    const get = () => fetch(as.issuer + metadataPath)
    as.respondWith('down')
    await expect(get()).rejects.toThrow('fetch failed')
    as.respondWith('unavailable')
    expect((await get()).status).toBe(503)
    as.respondWith('garbage')
    await expect((await get()).json()).rejects.toThrow(SyntaxError)
    as.respondWith('empty')
    expect(await (await get()).json()).toEqual({ keys: [] })
    as.respondWith('documents')
    expect(await (await get()).json()).toMatchObject({ issuer: as.issuer })
    expect(() => as.respondWith('slow' as 'hang')).toThrow('answer: got "slow", takes one of documents, down')
  })

  it('closes although a request hangs', async () => {
    const as = await start()
    as.respondWith('hang')
    const hanging = fetch(as.issuer).catch((error: unknown) => error)
    while (as.requests().length === 0) await new Promise((resolve) => setImmediate(resolve))
    await as.close()
    expect(await hanging).toBeInstanceOf(TypeError)
    await expect(fetch(as.issuer)).rejects.toThrow('fetch failed')
  })

  it('closes at the end of its block', async () => {
    let issuer: string
    {
      await using as = await startTestIssuer()
      issuer = as.issuer
      expect((await fetch(issuer)).status).toBe(404)
    }
    await expect(fetch(issuer)).rejects.toThrow('fetch failed')
  })

  it('DOS-2: remembers the last 1,000 requests', async () => {
    const as = await start()
    for (let index = 0; index < 1_010; index += 101) {
      await Promise.all(Array.from({ length: 101 }, () => fetch(`${as.issuer}/${index}`)))
    }
    expect(as.requests()).toHaveLength(1_000)
    expect(as.requests().at(-1)?.path).toBe('/909')
  })

  it('refuses wrong options by name, and leaves nothing open', async () => {
    await expect(start({ issuer: 'https://as.example' } as object)).rejects.toThrow(
      'issuer: got a value, takes nothing',
    )
    const listen = vi.spyOn(Server.prototype, 'listen')
    onTestFinished(() => listen.mockRestore())
    await expect(start({ algorithm: 'none' as 'RS256' })).rejects.toThrow('algorithm: got "none"')
    expect(listen.mock.contexts.map((server) => (server as Server).listening)).toEqual([false])
  })
})
