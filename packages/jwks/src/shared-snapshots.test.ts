import { describe, expect, it, vi } from 'vitest'
import { EventStream, type JwksEvent } from './events.ts'
import { SharedSnapshots } from './shared-snapshots.ts'
import type { JwksSnapshot } from './snapshot.ts'
import type { JwksStore } from './store.ts'
import { stopTime } from './time.test.support.ts'

const snapshot = (fetchedAt: string): JwksSnapshot => ({ version: 1, jwksUri: 'x', fetchedAt, keys: [] })

function share(store: Partial<JwksStore>) {
  const stream = new EventStream('source')
  const events: JwksEvent[] = []
  stream.subscribe((event) => events.push(event))
  const complete = { load: async () => undefined, save: async () => {}, ...store }
  return { shared: new SharedSnapshots(complete, 'a key', stream), events }
}

describe('SharedSnapshots', () => {
  it('loads and saves under its key', async () => {
    const load = vi.fn<JwksStore['load']>(async () => 'stored')
    const save = vi.fn<JwksStore['save']>(async () => {})
    const { shared, events } = share({ load, save })
    expect(await shared.load()).toBe('stored')
    shared.save(snapshot('1'))
    await vi.waitFor(() => expect(save).toHaveBeenCalledWith('a key', snapshot('1')))
    expect(load).toHaveBeenCalledWith('a key')
    expect(events).toEqual([])
  })

  it.each([
    [
      'rejects',
      async () => Promise.reject(Object.assign(new Error('secret'), { code: 'ECONNREFUSED' })),
      'ECONNREFUSED',
    ],
    [
      'throws',
      () => {
        throw new TypeError('secret')
      },
      'TypeError',
    ],
    ['rejects with no error', async () => Promise.reject('secret' as unknown as Error), 'unknown error'],
  ])('goes on without a store that %s', async (_, fail, detail) => {
    const { shared, events } = share({ load: fail, save: fail })
    expect(await shared.load()).toBeUndefined()
    shared.save(snapshot('1'))
    await vi.waitFor(() => expect(events).toHaveLength(2))
    expect(events).toEqual([
      { type: 'storeFailed', source: 'source', operation: 'load', detail },
      { type: 'storeFailed', source: 'source', operation: 'save', detail },
    ])
  })

  it('waits 1 s for a store to load, 5 s to save', async () => {
    stopTime()
    const never = () => new Promise<never>(() => {})
    const { shared, events } = share({ load: never, save: never })
    const loaded = shared.load()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await loaded).toBeUndefined()
    shared.save(snapshot('1'))
    await vi.advanceTimersByTimeAsync(4_999)
    expect(events).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(events.map((event) => event.type === 'storeFailed' && [event.operation, event.detail])).toEqual([
      ['load', 'StoreTimeout'],
      ['save', 'StoreTimeout'],
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('DOS-2: writes one at a time, and of those that wait only the newest', async () => {
    const written: string[] = []
    const finish: (() => void)[] = []
    const { shared } = share({
      save: (_, { fetchedAt }) => {
        written.push(fetchedAt)
        return new Promise((resolve) => finish.push(resolve))
      },
    })
    for (const name of ['1', '2', '3', '4']) shared.save(snapshot(name))
    expect(written).toEqual(['1'])
    finish[0]!()
    await vi.waitFor(() => expect(written).toEqual(['1', '4']))
    finish[1]!()
    shared.save(snapshot('5'))
    await vi.waitFor(() => expect(written).toEqual(['1', '4', '5']))
  })
})
