import { beforeAll, describe, expect, it } from 'vitest'
import type { TokenSet, WrongToken } from '../situation.ts'
import { makeTokenSource, type TokenSource } from '../tokens/token-source.ts'
import { findFaults } from './check.ts'
import { contenderNames, contenders } from './index.ts'

interface Material {
  readonly source: TokenSource
  readonly good: TokenSet
  readonly wrong: readonly WrongToken[]
}

async function makeMaterial(source: TokenSource): Promise<Material> {
  return { source, good: await source.mint(3), wrong: await source.mintWrong() }
}

async function faultsOf(name: (typeof contenderNames)[number], { source, good, wrong }: Material) {
  const { create } = await contenders[name].load()
  const contender = await create(source.situation)
  return contender && findFaults(contender, good, wrong)
}

describe('every contender does its work, so that it may be timed', () => {
  let signed: Material
  let encrypted: Material

  beforeAll(async () => {
    signed = await makeMaterial(makeTokenSource({ alg: 'ES256', repetition: 'repeated' }))
    const encryption = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', curve: 'P-256' } as const
    encrypted = await makeMaterial(makeTokenSource({ alg: 'ES256', encryption }))
  })

  it.each(contenderNames)('%s accepts good ES256 tokens, reads them, and refuses every wrong one', async (name) => {
    expect(await faultsOf(name, signed)).toEqual([])
  })

  it.each(['raw', 'raw, known header', 'sallyport', 'sallyport, cache: false', 'jose'] as const)(
    '%s does so with nested tokens',
    async (name) => {
      expect(await faultsOf(name, encrypted)).toEqual([])
    },
  )

  it.each(['fast-jwt', 'jsonwebtoken', 'aws-jwt-verify'] as const)('%s says that it decrypts nothing', async (name) => {
    expect(await faultsOf(name, encrypted)).toBeUndefined()
  })

  it('names each kind of wrong token that a contender accepts', async () => {
    const careless = { verify: (token: string) => claimsOf(token), subjectOf: ({ sub }: { sub: string }) => sub }
    const faults = await findFaults(careless as never, signed.good, signed.wrong)
    expect(faults).toEqual(signed.wrong.map(({ wrong }) => `accepts a token with ${wrong}`))
    expect(signed.wrong.length).toBeGreaterThan(4)
  })

  it('says when a contender refuses good tokens, or reads them wrongly', async () => {
    const strict = { verify: () => Promise.reject(new Error('no')), subjectOf: () => undefined }
    expect(await findFaults(strict, signed.good, [])).toEqual(signed.good.tokens.map(() => 'refuses a good token (no)'))
    const blind = { verify: () => ({}), subjectOf: () => 'somebody' }
    expect(await findFaults(blind, signed.good, [])).toContain('reads another subject than the token has')
  })
})

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
