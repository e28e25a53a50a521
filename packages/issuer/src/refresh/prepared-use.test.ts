import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  createRefreshTokens,
  memoryRefreshStore,
  type RefreshTokenEvent,
  type RefreshTokensOptions,
  type RefreshTokenStore,
} from './index.ts'

const request = { subject: 'user-1', clientId: 'web', scope: ['read', 'write'], audience: 'https://api.example' }
const web = { clientId: 'web' }

function setUp(options: Partial<RefreshTokensOptions> = {}) {
  vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const refreshTokens = createRefreshTokens({ store: memoryRefreshStore(), ...options })
  const types: RefreshTokenEvent['type'][] = []
  refreshTokens.subscribe(({ type }) => types.push(type))
  return { refreshTokens, types }
}

function passSeconds(count: number): void {
  vi.setSystemTime(Date.now() + count * 1000)
}

/** A promise that is kept when the test wants it. */
function later<T>() {
  let keep: (value: T) => void = () => {}
  const promise = new Promise<T>((resolve) => (keep = resolve))
  return { promise, keep: (value: T) => keep(value) }
}

describe('a use that prepares something', () => {
  it('gives it, made for the grant as it was asked for', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const prepare = vi.fn(async ({ scope }: { readonly scope: readonly string[] }) => `token for ${scope.join()}`)
    const used = await refreshTokens.use(refreshToken, { ...web, scope: 'read', prepare })
    expect(used.prepared).toBe('token for read')
    expect(used.grant.scope).toEqual(['read'])
    expect(prepare).toHaveBeenCalledTimes(1)
    expect(await refreshTokens.use(used.refreshToken, web)).not.toHaveProperty('prepared')
  })

  it('ISSUER-3: spends nothing when that fails, however late the client tries again', async () => {
    const { refreshTokens, types } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const fault = new Error('the keys cannot be had')
    for (const prepare of [() => Promise.reject(fault), () => thrown(fault)]) {
      await expect(refreshTokens.use(refreshToken, { ...web, prepare })).rejects.toBe(fault)
    }
    expect(types).toEqual(['issued'])
    passSeconds(3600)
    await expect(refreshTokens.use(refreshToken, web)).resolves.toBeDefined()
    expect(types).toEqual(['issued', 'rotated'])
  })

  it('prepares nothing for who is refused', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const prepare = vi.fn()
    for (const use of [{ clientId: 'other' }, { ...web, scope: 'admin' }, { ...web, audience: 'https://x.example' }]) {
      await expect(refreshTokens.use(refreshToken, { ...use, prepare })).rejects.toThrow()
    }
    await refreshTokens.revoke(refreshToken)
    await expect(refreshTokens.use(refreshToken, { ...web, prepare })).rejects.toThrow('revoked')
    expect(prepare).not.toHaveBeenCalled()
  })

  it('ISSUER-3: gives what two uses at once have prepared, each its own, with one successor', async () => {
    const { refreshTokens, types } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    let count = 0
    const prepare = async () => ++count
    const uses = Array.from({ length: 20 }, () => refreshTokens.use(refreshToken, { ...web, prepare }))
    const used = await Promise.all(uses)
    expect(new Set(used.map((one) => one.refreshToken)).size).toBe(1)
    expect(new Set(used.map((one) => one.prepared)).size).toBe(20)
    expect(count).toBe(20)
    expect(types.filter((type) => type === 'rotated')).toHaveLength(1)
  })

  it('is no reuse when another use was faster by more than the grace: it came before the token was spent', async () => {
    const { refreshTokens, types } = setUp({ graceSeconds: 1 })
    const { refreshToken } = await refreshTokens.issue(request)
    const slow = later<string>()
    const used = refreshTokens.use(refreshToken, { ...web, prepare: () => slow.promise })
    // The faster one is there and through while the slow one prepares.
    await Promise.resolve()
    const { refreshToken: successor } = await refreshTokens.use(refreshToken, web)
    passSeconds(30)
    slow.keep('late')
    expect(await used).toMatchObject({ refreshToken: successor, prepared: 'late' })
    expect(types).toEqual(['issued', 'rotated', 'repeated'])
  })

  it('starts the grace when the token is spent, not when it was presented', async () => {
    const { refreshTokens } = setUp({ graceSeconds: 10 })
    const { refreshToken } = await refreshTokens.issue(request)
    const prepare = async () => passSeconds(30)
    const first = await refreshTokens.use(refreshToken, { ...web, prepare })
    passSeconds(9)
    expect((await refreshTokens.use(refreshToken, web)).refreshToken).toBe(first.refreshToken)
  })

  it('prepares for a repetition within the grace too, and decides about it by when it came', async () => {
    const { refreshTokens, types } = setUp({ graceSeconds: 10 })
    const { refreshToken } = await refreshTokens.issue(request)
    const first = await refreshTokens.use(refreshToken, web)
    const prepare = async () => {
      passSeconds(30)
      return 'again'
    }
    expect(await refreshTokens.use(refreshToken, { ...web, prepare })).toEqual({ ...first, prepared: 'again' })
    expect(types).toEqual(['issued', 'rotated', 'repeated'])
  })

  it('gives nothing of it when the family was revoked meanwhile', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const prepare = () => refreshTokens.revoke(refreshToken)
    await expect(refreshTokens.use(refreshToken, { ...web, prepare })).rejects.toMatchObject({
      code: 'refresh_token_revoked',
    })
    const { refreshToken: other } = await refreshTokens.issue(request)
    await refreshTokens.use(other, web)
    const repeated = refreshTokens.use(other, { ...web, prepare: () => refreshTokens.revoke(other) })
    await expect(repeated).rejects.toMatchObject({ code: 'refresh_token_revoked' })
  })

  it('STORE-4: gives nothing of it when the token cannot be spent', async () => {
    const rotate: RefreshTokenStore['rotate'] = async () => {
      throw new Error('connection lost')
    }
    const { refreshTokens } = setUp({ store: { ...memoryRefreshStore(), rotate } })
    const { refreshToken } = await refreshTokens.issue(request)
    const used = refreshTokens.use(refreshToken, { ...web, prepare: async () => 'token' })
    await expect(used).rejects.toMatchObject({ code: 'store_unavailable' })
  })

  it('takes a function, and nothing else', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const use = { ...web, prepare: 'token' } as unknown as { clientId: string }
    await expect(refreshTokens.use(refreshToken, use)).rejects.toThrow('use.prepare: got a string, takes a function')
  })
})

function thrown(error: Error): never {
  throw error
}
