import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { IssuerConfigurationError, StoreUnavailableError } from '../index.ts'
import {
  createRefreshTokens,
  memoryRefreshStore,
  RefreshTokenError,
  type RefreshTokenErrorCode,
  type RefreshTokenEvent,
  type RefreshTokensOptions,
  type RefreshTokenStore,
} from './index.ts'

const request = {
  subject: 'user-1',
  clientId: 'web',
  scope: ['read', 'write'],
  audience: ['https://api.example', 'https://files.example'],
}
const web = { clientId: 'web' }
const start = 1_800_000_000_000

function setUp(options: Partial<RefreshTokensOptions> = {}) {
  vi.useFakeTimers({ now: start, toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const store = options.store ?? memoryRefreshStore()
  const refreshTokens = createRefreshTokens({ store, ...options })
  const events: RefreshTokenEvent[] = []
  refreshTokens.subscribe((event) => events.push(event))
  return { refreshTokens, store, events, types: () => events.map(({ type }) => type) }
}

function passSeconds(count: number): void {
  vi.setSystemTime(Date.now() + count * 1000)
}

async function expectRefusal(used: Promise<unknown>, code: RefreshTokenErrorCode): Promise<void> {
  const error: unknown = await used.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RefreshTokenError)
  expect((error as RefreshTokenError).code).toBe(code)
}

describe('a refresh token', () => {
  it('ISSUER-3: has 256 random bits of its own, also within a family', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken: first } = await refreshTokens.issue(request)
    const { refreshToken: second } = await refreshTokens.use(first, web)
    const { refreshToken: other } = await refreshTokens.issue(request)
    const secrets = [first, second, other].map((token) => Buffer.from(token, 'base64url').subarray(16))
    expect(secrets.map(({ length }) => length)).toEqual([32, 32, 32])
    expect(new Set(secrets.map(String)).size).toBe(3)
    for (const token of [first, second, other]) expect(token).toMatch(/^[\w-]{64}$/)
  })

  it('is exchanged for its grant and a successor (RFC 6749 §6)', async () => {
    const { refreshTokens, types } = setUp()
    const more = { claims: { acr: 'high' }, confirmation: { jkt: 'j'.repeat(43) } }
    const issued = await refreshTokens.issue({ ...request, ...more })
    const used = await refreshTokens.use(issued.refreshToken, web)
    expect(used.grant).toEqual({ ...request, ...more })
    expect(used.refreshToken).not.toBe(issued.refreshToken)
    const again = await refreshTokens.use(used.refreshToken, web)
    expect(again.grant).toEqual(used.grant)
    expect(types()).toEqual(['issued', 'rotated', 'rotated'])
  })

  it('gives a grant that no caller can change for the next', async () => {
    const { refreshTokens } = setUp()
    const claims = { roles: ['user'] }
    const { refreshToken } = await refreshTokens.issue({ ...request, claims })
    claims.roles.push('admin')
    const { grant } = await refreshTokens.use(refreshToken, web)
    expect(grant.claims).toEqual({ roles: ['user'] })
    expect(() => (grant.claims!['roles'] as string[]).push('admin')).toThrow(TypeError)
    expect(() => (grant.scope as string[]).push('admin')).toThrow(TypeError)
  })
})

describe('repetition and reuse', () => {
  it('ISSUER-3: gives the same successor to the same client within the grace, and no second branch', async () => {
    const { refreshTokens, types } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const first = await refreshTokens.use(refreshToken, web)
    passSeconds(9)
    expect(await refreshTokens.use(refreshToken, web)).toEqual(first)
    await refreshTokens.use(first.refreshToken, web)
    expect(types()).toEqual(['issued', 'rotated', 'repeated', 'rotated'])
  })

  it('ISSUER-3: gives 50 uses at once one successor', async () => {
    const { refreshTokens, types } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const used = await Promise.all(Array.from({ length: 50 }, () => refreshTokens.use(refreshToken, web)))
    expect(new Set(used.map((one) => one.refreshToken)).size).toBe(1)
    expect(types().filter((type) => type === 'rotated')).toHaveLength(1)
    expect(types().filter((type) => type === 'repeated')).toHaveLength(49)
  })

  it('ISSUER-3: ends the family when a token comes again after the grace', async () => {
    const { refreshTokens, events } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const { refreshToken: successor } = await refreshTokens.use(refreshToken, web)
    passSeconds(10)
    await expectRefusal(refreshTokens.use(refreshToken, web), 'refresh_token_reused')
    await expectRefusal(refreshTokens.use(successor, web), 'refresh_token_revoked')
    await expectRefusal(refreshTokens.use(refreshToken, web), 'refresh_token_revoked')
    const reused = events.filter(({ type }) => type === 'reused')
    expect(reused).toEqual([{ type: 'reused', family: events[0]?.family, subject: 'user-1', clientId: 'web' }])
  })

  it('ISSUER-3: ends the family when a token comes again whose successor was used, even within the grace', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken: one } = await refreshTokens.issue(request)
    const { refreshToken: two } = await refreshTokens.use(one, web)
    const { refreshToken: three } = await refreshTokens.use(two, web)
    await expectRefusal(refreshTokens.use(one, web), 'refresh_token_reused')
    await expectRefusal(refreshTokens.use(three, web), 'refresh_token_revoked')
  })

  it('ISSUER-3: recognises the reuse of a token however often its family was rotated since', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken: first } = await refreshTokens.issue(request)
    let last = first
    for (let round = 0; round < 200; round++) ({ refreshToken: last } = await refreshTokens.use(last, web))
    await expectRefusal(refreshTokens.use(first, web), 'refresh_token_reused')
    await expectRefusal(refreshTokens.use(last, web), 'refresh_token_revoked')
  })

  it('ISSUER-3: knows no grace when it is 0', async () => {
    const { refreshTokens } = setUp({ graceSeconds: 0 })
    const { refreshToken } = await refreshTokens.issue(request)
    const used = await Promise.allSettled([refreshTokens.use(refreshToken, web), refreshTokens.use(refreshToken, web)])
    expect(used.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expectRefusal(refreshTokens.use(refreshToken, web), 'refresh_token_revoked')
  })

  it('ISSUER-3: ends no family but that of the token', async () => {
    const { refreshTokens } = setUp({ graceSeconds: 0 })
    const [mine, others] = [await refreshTokens.issue(request), await refreshTokens.issue(request)]
    await refreshTokens.use(mine.refreshToken, web)
    await expectRefusal(refreshTokens.use(mine.refreshToken, web), 'refresh_token_reused')
    await expect(refreshTokens.use(others.refreshToken, web)).resolves.toBeDefined()
  })

  it('takes a token with the first part of a family and another second part for a reused one', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const forged = refreshToken.slice(0, -4) + (refreshToken.endsWith('AAAA') ? 'BBBB' : 'AAAA')
    await expectRefusal(refreshTokens.use(forged, web), 'refresh_token_reused')
    await expectRefusal(refreshTokens.use(refreshToken, web), 'refresh_token_revoked')
  })

  it('does not stretch the grace when the clock is set back', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    await refreshTokens.use(refreshToken, web)
    passSeconds(-3600)
    await expectRefusal(refreshTokens.use(refreshToken, web), 'refresh_token_reused')
  })
})

describe('a token of another client', () => {
  it('is refused, and neither spent nor its family ended: the other client has used nothing (RFC 6749 §10.4)', async () => {
    const { refreshTokens, types } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    await expectRefusal(refreshTokens.use(refreshToken, { clientId: 'other' }), 'client_mismatch')
    await expect(refreshTokens.use(refreshToken, web)).resolves.toBeDefined()
    expect(types()).toEqual(['issued', 'client_mismatch', 'rotated'])
  })

  it('ISSUER-3: ends its family when it was used before, within the grace too', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const { refreshToken: successor } = await refreshTokens.use(refreshToken, web)
    await expectRefusal(refreshTokens.use(refreshToken, { clientId: 'other' }), 'refresh_token_reused')
    await expectRefusal(refreshTokens.use(successor, web), 'refresh_token_revoked')
  })
})

describe('life times', () => {
  it('ends a token that lay unused for the idle life time', async () => {
    const { refreshTokens } = setUp({ idleLifetimeSeconds: 100, absoluteLifetimeSeconds: 1000 })
    const { refreshToken, expiresAt } = await refreshTokens.issue(request)
    expect(expiresAt).toBe(start / 1000 + 100)
    passSeconds(99)
    const used = await refreshTokens.use(refreshToken, web)
    expect(used.expiresAt).toBe(start / 1000 + 199)
    passSeconds(100)
    await expectRefusal(refreshTokens.use(used.refreshToken, web), 'refresh_token_expired')
  })

  it('ends a family at the absolute life time, however busy it is', async () => {
    const { refreshTokens } = setUp({ idleLifetimeSeconds: 100, absoluteLifetimeSeconds: 250 })
    let { refreshToken, expiresAt } = await refreshTokens.issue(request)
    for (let round = 0; round < 3; round++) {
      passSeconds(80)
      ;({ refreshToken, expiresAt } = await refreshTokens.use(refreshToken, web))
    }
    expect(expiresAt).toBe(start / 1000 + 250)
    passSeconds(10)
    await expectRefusal(refreshTokens.use(refreshToken, web), 'refresh_token_expired')
  })

  it('cuts an idle life time that is longer than the absolute one', async () => {
    const { refreshTokens } = setUp({ absoluteLifetimeSeconds: 60 })
    expect((await refreshTokens.issue(request)).expiresAt).toBe(start / 1000 + 60)
  })
})

describe('less than was granted', () => {
  it('is given on request, and all of it again at the next use (RFC 6749 §6)', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const narrow = await refreshTokens.use(refreshToken, { ...web, scope: 'read', audience: 'https://api.example' })
    expect(narrow.grant).toMatchObject({ scope: ['read'], audience: ['https://api.example'] })
    const wide = await refreshTokens.use(narrow.refreshToken, web)
    expect(wide.grant).toMatchObject(request)
  })

  it.each([
    [{ scope: 'read admin' }, 'scope_widened'],
    [{ scope: 'READ' }, 'scope_widened'],
    [{ scope: 'read  write' }, 'scope_widened'],
    [{ scope: '' }, 'scope_widened'],
    [{ scope: ['read write'] }, 'scope_widened'],
    [{ audience: 'https://other.example' }, 'audience_widened'],
    [{ audience: ['https://api.example', 'https://other.example'] }, 'audience_widened'],
    [{ audience: 'https://api.example/' }, 'audience_widened'],
    [{ audience: [] }, 'audience_widened'],
  ] as const)('is not %o, which is refused and spends nothing', async (more, code) => {
    const { refreshTokens, types } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    await expectRefusal(refreshTokens.use(refreshToken, { ...web, ...more }), code)
    await expect(refreshTokens.use(refreshToken, web)).resolves.toBeDefined()
    await expectRefusal(refreshTokens.use(refreshToken, { ...web, ...more }), code)
    expect(types()).toEqual(['issued', 'rotated'])
  })
})

describe('revocation', () => {
  it('ends the whole family, by a token that was used too (RFC 7009 §2.1)', async () => {
    const { refreshTokens, types } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    const { refreshToken: successor } = await refreshTokens.use(refreshToken, web)
    await refreshTokens.revoke(refreshToken)
    await refreshTokens.revoke(refreshToken)
    await expectRefusal(refreshTokens.use(successor, web), 'refresh_token_revoked')
    await expectRefusal(refreshTokens.use(refreshToken, web), 'refresh_token_revoked')
    expect(types()).toEqual(['issued', 'rotated', 'revoked'])
  })

  it('is refused to another client, and silent about what is not known', async () => {
    const { refreshTokens } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    await expectRefusal(refreshTokens.revoke(refreshToken, { clientId: 'other' }), 'client_mismatch')
    await refreshTokens.revoke('A'.repeat(64), { clientId: 'other' })
    await refreshTokens.revoke('no token')
    await expect(refreshTokens.use(refreshToken, web)).resolves.toBeDefined()
  })

  it('ends all families of a user', async () => {
    const { refreshTokens } = setUp()
    const mine = await Promise.all([refreshTokens.issue(request), refreshTokens.issue(request)])
    const others = await refreshTokens.issue({ ...request, subject: 'user-2' })
    expect(await refreshTokens.revokeSubject('user-1')).toBe(2)
    for (const { refreshToken } of mine) {
      await expectRefusal(refreshTokens.use(refreshToken, web), 'refresh_token_revoked')
    }
    await expect(refreshTokens.use(others.refreshToken, web)).resolves.toBeDefined()
  })
})

describe('what is no refresh token', () => {
  it.each([
    '',
    'a',
    'A'.repeat(63),
    'A'.repeat(65),
    'A'.repeat(64),
    '='.repeat(64),
    `${'A'.repeat(63)}\n`,
    undefined,
    {},
  ])('is not known: %o', async (token) => {
    const { refreshTokens } = setUp()
    await refreshTokens.issue(request)
    await expectRefusal(refreshTokens.use(token as string, web), 'refresh_token_unknown')
  })
})

describe('a store', () => {
  it('ISSUER-3, LOG-1: holds nothing that can be used, and no event or error has a token in it', async () => {
    const kept: string[] = []
    const store = spied(memoryRefreshStore(), (values) => kept.push(JSON.stringify(values)))
    const { refreshTokens, events } = setUp({ store })
    const { refreshToken: one } = await refreshTokens.issue(request)
    const { refreshToken: two } = await refreshTokens.use(one, web)
    passSeconds(60)
    const error: unknown = await refreshTokens.use(one, web).catch((thrown: unknown) => thrown)
    const shown = kept.join() + JSON.stringify(events) + JSON.stringify(error) + String((error as Error).stack)
    for (const token of [one, two]) {
      const bytes = Buffer.from(token, 'base64url')
      for (const part of [token, bytes.toString('hex'), bytes.subarray(16).toString('base64url')]) {
        expect(shown).not.toContain(part)
      }
      expect(shown).not.toContain(bytes.subarray(0, 15).toString('base64url'))
    }
    expect(kept.length).toBeGreaterThan(4)
  })

  it('holds no successor where it cannot be asked for: without a grace', async () => {
    const memory = memoryRefreshStore()
    const rotations: unknown[] = []
    const rotate: RefreshTokenStore['rotate'] = async (id, rotation) => {
      rotations.push(rotation.sealed)
      return memory.rotate(id, rotation)
    }
    for (const graceSeconds of [0, 1]) {
      const { refreshTokens } = setUp({ store: { ...memory, rotate }, graceSeconds })
      const { refreshToken } = await refreshTokens.issue(request)
      await refreshTokens.use(refreshToken, web)
    }
    expect(rotations).toEqual([undefined, expect.any(String)])
  })

  it('STORE-4: that fails, or does not answer in time, is no refusal of the token', async () => {
    const broken = spied(memoryRefreshStore(), () => {
      throw new Error('connection lost')
    })
    const { refreshTokens } = setUp({ store: broken })
    for (const attempt of [refreshTokens.issue(request), refreshTokens.use('A'.repeat(64), web)]) {
      await expect(attempt).rejects.toThrow(StoreUnavailableError)
      await expect(attempt).rejects.toMatchObject({ code: 'store_unavailable', status: 503 })
    }
    const silent = { ...memoryRefreshStore(), find: () => new Promise<never>(() => {}) }
    const { refreshTokens: waiting } = setUp({ store: silent, storeTimeoutMs: 10 })
    await expect(waiting.use('A'.repeat(64), web)).rejects.toThrow('The store did not answer in time')
  })

  it('STORE-4: that rotated a token although it was too late to say so gives the same successor at the next try', async () => {
    const memory = memoryRefreshStore()
    let isLate = true
    const rotate: RefreshTokenStore['rotate'] = async (...values) => {
      const isRotated = await memory.rotate(...values)
      return isLate ? new Promise<never>(() => {}) : isRotated
    }
    const { refreshTokens } = setUp({ store: { ...memory, rotate }, storeTimeoutMs: 10 })
    const { refreshToken } = await refreshTokens.issue(request)
    await expect(refreshTokens.use(refreshToken, web)).rejects.toThrow(StoreUnavailableError)
    isLate = false
    const { refreshToken: successor } = await refreshTokens.use(refreshToken, web)
    await expect(refreshTokens.use(successor, web)).resolves.toBeDefined()
  })

  it('STORE-4: that holds a damaged or foreign successor does not give it out', async () => {
    const memory = memoryRefreshStore()
    let sealed: string | undefined
    const store: RefreshTokenStore = {
      ...memory,
      find: async (id) => {
        const family = await memory.find(id)
        return family && { ...family, sealed }
      },
    }
    const { refreshTokens } = setUp({ store })
    const { refreshToken } = await refreshTokens.issue(request)
    await refreshTokens.use(refreshToken, web)
    for (sealed of [undefined, '', 'AAAA', 'A'.repeat(100)]) {
      await expect(refreshTokens.use(refreshToken, web)).rejects.toThrow(StoreUnavailableError)
    }
  })

  it('STORE-4: that answers from an older replica is found out', async () => {
    const memory = memoryRefreshStore()
    const { refreshTokens: writer } = setUp({ store: memory })
    const { refreshToken } = await writer.issue(request)
    const [id] = await idsOf(memory, refreshToken)
    const old = await memory.find(id!)
    await writer.use(refreshToken, web)
    const { refreshTokens: reader } = setUp({ store: { ...memory, find: async () => old } })
    await expect(reader.use(refreshToken, web)).rejects.toThrow('The store shows an older state than it decides by')
  })

  it('DOS-2: in memory keeps at most maxFamilies, and forgets those that were not used for longest', async () => {
    const { refreshTokens } = setUp({ store: memoryRefreshStore({ maxFamilies: 3 }) })
    const [one, two, three] = [
      await refreshTokens.issue(request),
      await refreshTokens.issue(request),
      await refreshTokens.issue(request),
    ]
    await refreshTokens.use(one.refreshToken, web)
    await refreshTokens.issue(request)
    await expectRefusal(refreshTokens.use(two.refreshToken, web), 'refresh_token_unknown')
    for (const { refreshToken } of [one, three])
      await expect(refreshTokens.use(refreshToken, web)).resolves.toBeDefined()
  })
})

describe('a listener', () => {
  it('changes nothing by failing, and hears nothing after it has unsubscribed', async () => {
    const { refreshTokens } = setUp()
    const heard: string[] = []
    refreshTokens.subscribe(() => {
      throw new Error('listener')
    })
    const failLater = async () => {
      throw new Error('listener')
    }
    refreshTokens.subscribe(failLater as unknown as () => void)
    const unsubscribe = refreshTokens.subscribe(({ type }) => heard.push(type))
    await refreshTokens.issue(request)
    unsubscribe()
    await refreshTokens.issue(request)
    expect(heard).toEqual(['issued'])
  })
})

describe('wrong options and requests', () => {
  it.each<[options: object, message: string]>([
    [{ store: undefined }, 'store: got undefined, takes an object with insert, find, rotate, revoke, revokeSubject'],
    [{ store: {} }, 'store: got an object, takes an object with insert'],
    [{ graceSeconds: 61 }, 'graceSeconds: got 61, takes a whole number of seconds from 0 to 60'],
    [{ idleLifetimeSeconds: 0 }, 'idleLifetimeSeconds: got 0'],
    [{ absoluteLifetimeSeconds: 40_000_000_000 }, 'absoluteLifetimeSeconds: got 40000000000'],
    [{ storeTimeoutMs: 1 }, 'storeTimeoutMs: got 1'],
    [{ grace: 1 }, 'grace: got a number, takes nothing'],
  ])('options %o are refused by name', (more, message) => {
    expect(() => createRefreshTokens({ store: memoryRefreshStore(), ...more })).toThrow(message)
    expect(() => memoryRefreshStore({ maxFamilies: 0 })).toThrow('maxFamilies: got 0')
  })

  it.each<[more: object, message: string]>([
    [{ subject: '' }, 'subject: got an empty string'],
    [{ clientId: 7 }, 'clientId: got a number'],
    [{ audience: undefined }, 'audience: got undefined'],
    [{ audience: [] }, 'audience: got an empty array'],
    [{ scope: 'a  b' }, 'scope: got a string, takes scopes'],
    [{ scopes: [] }, 'scopes: got an empty array, takes nothing'],
    [{ claims: { planted: 'x'.repeat(20_000) } }, 'request: got 20145 characters of JSON, takes at most 16384'],
    [{ claims: { planted: 1n } }, 'got a bigint, takes a JSON value'],
    [{ claims: { sub: 'admin' } }, 'claims.sub: got a string, takes nothing'],
    [{ confirmation: { jkt: 'short' } }, 'confirmation.jkt: got a string'],
    [{ claims: 'planted' }, 'claims: got a string, takes an object'],
  ])('a request, number %#, is refused by name', async (more, message) => {
    const { refreshTokens } = setUp()
    const refused = refreshTokens.issue({ ...request, ...more })
    await expect(refused).rejects.toThrow(IssuerConfigurationError)
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.not.toThrow('admin')
  })
})

describe('a use', () => {
  it.each([
    [undefined, 'use: got undefined, takes an object'],
    [{}, 'use.clientId: got undefined'],
    [{ clientId: '' }, 'use.clientId: got an empty string'],
    [{ ...web, scopes: 'read' }, 'use.scopes: got a string, takes nothing'],
  ])('says who uses the token, and for what: not %o', async (use, message) => {
    const { refreshTokens } = setUp()
    const { refreshToken } = await refreshTokens.issue(request)
    await expect(refreshTokens.use(refreshToken, use as typeof web)).rejects.toThrow(message)
    await expect(refreshTokens.use(refreshToken, web)).resolves.toBeDefined()
  })
})

/** Tells what goes into and comes out of a store. */
function spied(store: RefreshTokenStore, tell: (values: unknown) => void): RefreshTokenStore {
  const entries = Object.entries(store).map(([name, operation]) => [
    name,
    async (...values: unknown[]) => {
      const answer: unknown = await (operation as (...values: unknown[]) => Promise<unknown>)(...values)
      tell({ name, values, answer })
      return answer
    },
  ])
  return Object.fromEntries(entries) as RefreshTokenStore
}

/** The ids that a token is looked up by. */
async function idsOf(store: RefreshTokenStore, refreshToken: string): Promise<string[]> {
  const ids: string[] = []
  const find: RefreshTokenStore['find'] = async (id) => {
    ids.push(id)
    return store.find(id)
  }
  await createRefreshTokens({ store: { ...store, find } })
    .use(refreshToken, { clientId: 'nobody' })
    .catch(() => {})
  return ids
}
