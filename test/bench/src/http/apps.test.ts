import { createServer, type Server } from 'node:http'
import { createPublicKey } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenSet, WrongToken } from '../situation.ts'
import { makeTokenSource } from '../tokens/token-source.ts'
import { type ApiSettings, appNames, apps, path } from './apps.ts'
import { findAppFaults } from './check-app.ts'

const servers: Server[] = []

async function serve(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('every app does its work, so that it may be timed', () => {
  const source = makeTokenSource({ alg: 'RS256' })
  const { issuer, audience, verificationKey } = source.situation
  let settings: ApiSettings
  let good: TokenSet
  let wrong: readonly WrongToken[]

  beforeAll(async () => {
    good = await source.mint(2)
    wrong = await source.mintWrong()
    const jwks = await serve((_request, response) => response.end(JSON.stringify({ keys: [verificationKey] })))
    const publicKey = createPublicKey({ key: verificationKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    settings = { issuer, audience, jwksUri: `${jwks}/jwks`, publicKey: publicKey.toString() }
  })

  afterAll(() => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  })

  it.each(appNames)('%s answers good tokens, and where it protects, wrong ones with 401', async (name) => {
    const { create } = await apps[name].load()
    const url = `${await serve(await create(settings))}${path}`
    expect(await findAppFaults(url, apps[name].role === 'bare' ? 'bare' : 'protected', good, wrong)).toEqual([])
  })

  it('says what an app without protection does wrong', async () => {
    const { create } = await apps.koa.load()
    const url = `${await serve(await create())}${path}`
    const faults = await findAppFaults(url, 'protected', good, wrong)
    expect(faults).toContain('answers a token with expired with 200')
    expect(faults).toContain('answers a request without a token with 200')
  })
})
