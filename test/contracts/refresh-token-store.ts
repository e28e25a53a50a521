import type { RefreshTokenFamily, RefreshTokenRotation, RefreshTokenStore } from '@sallyport/issuer'
import { describe, expect, it, onTestFinished } from 'vitest'

/** How a store is had: empty, and of its own. */
export interface StoreUnderTest {
  readonly store: RefreshTokenStore
  /** A second connection to the same data, as another process has one; without it, the store is of one process alone. */
  readonly connect?: () => Promise<RefreshTokenStore>
  readonly dispose?: () => Promise<void>
}

/** What every store of refresh tokens has to do, as tests. */
export function describeRefreshTokenStore(name: string, make: () => Promise<StoreUnderTest>): void {
  async function start() {
    const { store, connect, dispose } = await make()
    const other = connect === undefined ? store : await connect()
    onTestFinished(async () => {
      if (other !== store) await other.close?.()
      await store.close?.()
      await dispose?.()
    })
    return { store, other }
  }

  describe(`${name} keeps refresh tokens`, () => {
    it('finds a family as it was inserted, from every connection', async () => {
      const { store, other } = await start()
      const grant = {
        subject: 'jürgen "O\'Neil" \u0000 🙂',
        clientId: 'web',
        scope: [],
        audience: ['https://a.example', 'https://b.example'],
        claims: { acr: 'high', nested: { list: [1, null, 'x'] } },
        confirmation: { jkt: 'j'.repeat(43) },
      }
      await store.insert(family('a', { grant }), 0)
      for (const connection of [store, other]) expect(await connection.find('a')).toEqual(family('a', { grant }))
    })

    it('finds nothing under an id that it does not have, whatever it looks like', async () => {
      const { store } = await start()
      await store.insert(family('a'), 0)
      for (const id of ['b', 'A', 'a ', '', '%', '__proto__', "a' or 'a' = 'a"]) {
        expect(await store.find(id)).toBeUndefined()
      }
    })

    it('gives out what no caller can change for the next', async () => {
      const { store } = await start()
      await store.insert(family('a'), 0)
      try {
        Object.assign((await store.find('a'))!, { current: 'changed' })
      } catch {
        // Frozen: that is a way to do it.
      }
      expect((await store.find('a'))?.current).toBe('hash-0')
    })

    it('applies a rotation to the current token, and to nothing else of the family', async () => {
      const { store, other } = await start()
      await store.insert(family('a'), 0)
      await store.insert(family('b'), 0)
      expect(await store.rotate('a', rotation(0, 1))).toBe(true)
      expect(await other.find('a')).toEqual({ ...family('a'), ...rotation(0, 1) })
      expect(await other.find('b')).toEqual(family('b'))
    })

    it('keeps no successor of a rotation that has none, nor the one before', async () => {
      const { store, other } = await start()
      await store.insert(family('a'), 0)
      await store.rotate('a', rotation(0, 1))
      await store.rotate('a', { ...rotation(1, 2), sealed: undefined })
      const found = await other.find('a')
      expect([found?.current, found?.sealed]).toEqual(['hash-2', undefined])
    })

    it('STORE-1: refuses a rotation of a token that is not the current one, of an unknown and of a revoked family', async () => {
      const { store, other } = await start()
      await store.insert(family('a'), 0)
      await store.rotate('a', rotation(0, 1))
      for (const stale of [rotation(0, 2), rotation(2, 3)]) expect(await other.rotate('a', stale)).toBe(false)
      expect(await store.rotate('none', rotation(0, 1))).toBe(false)
      await store.revoke('a', 5)
      expect(await other.rotate('a', rotation(1, 2))).toBe(false)
      expect((await store.find('a'))?.current).toBe('hash-1')
    })

    it('STORE-1: lets exactly one of many rotations at once succeed, from both connections', async () => {
      const { store, other } = await start()
      for (let round = 0; round < 10; round++) {
        const id = `family-${round}`
        await store.insert(family(id), 0)
        const attempts = Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? store : other).rotate(id, rotation(0, index + 1)),
        )
        const winners = (await Promise.all(attempts)).flatMap((isApplied, index) => (isApplied ? [index + 1] : []))
        expect(winners).toHaveLength(1)
        expect((await other.find(id))?.current).toBe(`hash-${winners[0]}`)
      }
    })

    it('STORE-1: revokes a family once, for good, and says who did it', async () => {
      const { store, other } = await start()
      await store.insert(family('a'), 0)
      const revocations = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? store : other).revoke('a', 100))
      expect((await Promise.all(revocations)).filter(Boolean)).toHaveLength(1)
      expect(await store.revoke('a', 200)).toBe(false)
      expect(await store.revoke('none', 200)).toBe(false)
      expect((await other.find('a'))?.revokedAtMs).toBe(100)
    })

    it('revokes all families of a subject, and those of nobody else', async () => {
      const { store, other } = await start()
      for (const id of ['a', 'b', 'c']) await store.insert(family(id, { grant: grantOf('user-1') }), 0)
      await store.insert(family('d', { grant: grantOf('user-10') }), 0)
      await store.revoke('c', 50)
      expect(await other.revokeSubject('user-1', 100)).toBe(2)
      expect(await other.revokeSubject('user-1', 200)).toBe(0)
      const revoked = await Promise.all(['a', 'b', 'c', 'd'].map(async (id) => (await store.find(id))?.revokedAtMs))
      expect(revoked).toEqual([100, 100, 50, undefined])
    })

    it('STORE-2: forgets what has expired while new families come, and nothing else', async () => {
      const { store } = await start()
      const soon = { expiresAtMs: 1_000 }
      for (let index = 0; index < 20; index++) await store.insert(family(`old-${index}`, soon), 0)
      await store.insert(family('kept', { expiresAtMs: 2_000 }), 0)
      for (let index = 0; index < 20; index++) await store.insert(family(`new-${index}`), 1_500)
      const found = async (prefix: string) => {
        const all = await Promise.all(Array.from({ length: 20 }, (_, index) => store.find(`${prefix}-${index}`)))
        return all.filter((one) => one !== undefined).length
      }
      expect(await found('old')).toBe(0)
      expect(await found('new')).toBe(20)
      expect(await store.find('kept')).toBeDefined()
    })

    it('does not add a family over another one', async () => {
      const { store } = await start()
      await store.insert(family('a'), 0)
      await expect(store.insert(family('a', { current: 'other' }), 0)).rejects.toThrow()
      expect((await store.find('a'))?.current).toBe('hash-0')
    })
  })
}

function grantOf(subject: string) {
  return { subject, clientId: 'web', scope: ['read'], audience: ['https://api.example'] }
}

function family(id: string, more: Partial<RefreshTokenFamily> = {}): RefreshTokenFamily {
  return {
    id,
    grant: grantOf('user-1'),
    current: 'hash-0',
    previous: undefined,
    sealed: undefined,
    rotatedAtMs: 1_800_000_000_001,
    expiresAtMs: 1_800_000_100_001,
    endsAtMs: 1_800_000_900_001,
    revokedAtMs: undefined,
    ...more,
  }
}

function rotation(from: number, to: number): RefreshTokenRotation {
  return {
    previous: `hash-${from}`,
    current: `hash-${to}`,
    sealed: `sealed-${to}`,
    rotatedAtMs: 1_800_000_000_777,
    expiresAtMs: 1_800_000_200_777,
  }
}
