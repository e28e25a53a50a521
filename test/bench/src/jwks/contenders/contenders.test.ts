import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audience, Issuer } from '../authority/issuer.ts'
import { KeyServer } from '../authority/key-server.ts'
import { contenderNames, contenderOf } from './index.ts'

const issuer = new Issuer()
let server: KeyServer

beforeAll(async () => {
  server = await KeyServer.start()
  server.publish(issuer.publicKeys(['first']))
})
afterAll(() => server.close())

describe.each(contenderNames)('%s', (name) => {
  it('accepts a token of a published key, and refuses others', async () => {
    const { create } = await contenderOf(name).load()
    const verify = create({ issuer: server.origin, audience, jwksUri: `${server.origin}/jwks` })
    const ask = async (token: string) => {
      await verify(token)
    }
    const [good = ''] = issuer.mint('first', server.origin, 1)
    await ask(good)
    const [unpublished = ''] = issuer.mint('second', server.origin, 1)
    await expect(ask(unpublished)).rejects.toThrow()
    const [header, , signature] = good.split('.')
    const [, otherClaims] = unpublished.split('.')
    await expect(ask(`${header}.${otherClaims}.${signature}`)).rejects.toThrow()
    const [otherIssuer = ''] = issuer.mint('first', 'https://other.example', 1)
    await expect(ask(otherIssuer)).rejects.toThrow()
  })
})
