import { Agent } from 'node:http'
import { describe, expect, it } from 'vitest'
import { JwksConfigurationError } from './configuration-error.ts'
import { normalizeOptions } from './options.ts'

const numbersOf = (options: object) => normalizeOptions(options).configuration

describe('normalizeOptions', () => {
  it('has a default for everything', () => {
    expect(normalizeOptions({}).configuration).toEqual({
      refreshMs: 600_000,
      minRefreshMs: 60_000,
      maxRefreshMs: 3_600_000,
      maxStaleMs: 86_400_000,
      maxRetryDelayMs: 60_000,
      maxCooldownMs: 15_000,
      unknownKeyWaitMs: 2_000,
      timeoutMs: 5_000,
      connectTimeoutMs: 3_000,
      maxResponseBytes: 524_288,
      maxKeys: 100,
      use: 'sig',
      acceptEmptySet: false,
      agent: undefined,
      store: undefined,
    })
    expect(numbersOf({ maxKeys: undefined }).maxKeys).toBe(100)
  })

  it.each([
    ['refreshMs', 1_000, 604_800_000],
    ['maxStaleMs', 0, 1_209_600_000],
    ['maxRetryDelayMs', 1_000, 3_600_000],
    ['maxCooldownMs', 1_000, 3_600_000],
    ['unknownKeyWaitMs', 0, 30_000],
    ['timeoutMs', 50, 60_000],
    ['connectTimeoutMs', 50, 60_000],
    ['maxResponseBytes', 1_024, 16_777_216],
    ['maxKeys', 1, 1_000],
  ] as const)('takes %s from %d to %d', (name, least, most) => {
    expect(numbersOf({ [name]: least })[name]).toBe(least)
    expect(numbersOf({ [name]: most })[name]).toBe(most)
    for (const value of [least - 1, most + 1, least + 0.5, Number.NaN, Infinity, '5', null, 5n, true, {}]) {
      if (value === null) continue
      expect(() => normalizeOptions({ [name]: value })).toThrow(`takes a whole number from ${least} to ${most}`)
    }
  })

  it('has defaults that give way to the bounds that are named', () => {
    expect(numbersOf({ refreshMs: 5_000 })).toMatchObject({ minRefreshMs: 5_000, maxRefreshMs: 3_600_000 })
    expect(numbersOf({ refreshMs: 7_200_000 })).toMatchObject({ minRefreshMs: 60_000, maxRefreshMs: 7_200_000 })
    expect(numbersOf({ maxRefreshMs: 30_000 })).toMatchObject({ minRefreshMs: 30_000, refreshMs: 30_000 })
    expect(numbersOf({ minRefreshMs: 7_200_000 })).toMatchObject({ maxRefreshMs: 7_200_000, refreshMs: 7_200_000 })
    expect(numbersOf({ timeoutMs: 500 })).toMatchObject({ connectTimeoutMs: 500 })
  })

  it('refuses bounds that contradict each other', () => {
    const refuse = (options: object) => expect(() => normalizeOptions(options))
    refuse({ minRefreshMs: 60_000, maxRefreshMs: 30_000 }).toThrow(
      'minRefreshMs: got 60000, takes at most maxRefreshMs',
    )
    refuse({ refreshMs: 5_000, minRefreshMs: 6_000 }).toThrow(
      'refreshMs: got 5000, takes a number from minRefreshMs, 6000',
    )
    refuse({ refreshMs: 5_000, maxRefreshMs: 4_000 }).toThrow('refreshMs: got 5000')
  })

  it.each([
    [{ maxStale: 5 }, 'maxStale: got 5, takes nothing: there is no such option'],
    [{ acceptEmptySet: 'yes' }, 'acceptEmptySet: got "yes", takes true or false'],
    [{ agent: {} }, 'agent: got an object, takes an Agent of node:http or node:https'],
    [{ agent: 'http://proxy:8080' }, 'agent: got "http://proxy:8080", takes an Agent'],
    [{ store: {} }, 'store: got an object, takes an object with the methods load and save'],
    [{ store: { load: () => {} } }, 'store: got an object, takes an object with the methods load and save'],
    [{ snapshotFile: '' }, 'snapshotFile: got "", takes the path of a file'],
    [{ snapshotFile: 'a\u0000b' }, 'takes the path of a file'],
    [{ snapshotFile: 'a', store: { load() {}, save() {} } }, 'snapshotFile: got "a", takes nothing beside store'],
    [null, 'options: got null, takes an object'],
    ['x', 'options: got "x", takes an object'],
  ])('refuses %j by name', (options, message) => {
    expect(() => normalizeOptions(options)).toThrow(message)
    expect(() => normalizeOptions(options)).toThrow(JwksConfigurationError)
  })

  it('takes options by name only, not those of every object', () => {
    expect(() => normalizeOptions({ constructor: 5 })).toThrow('constructor: got 5, takes nothing')
    expect(() => normalizeOptions(JSON.parse('{"__proto__":5}'))).toThrow('__proto__: got 5, takes nothing')
  })

  it('makes no difference between a default that is named and one that is not', () => {
    const agent = new Agent()
    const identity = (options: object) => normalizeOptions(options).identity
    expect(identity({ maxKeys: 100, store: undefined })).toEqual(identity({}))
    expect(identity({ maxKeys: 99 })).not.toEqual(identity({}))
    expect(identity({ agent })).toContain(agent)
    expect(identity({ snapshotFile: 'a' })).not.toEqual(identity({ snapshotFile: 'b' }))
    expect(identity({ snapshot: { version: 1 } })).toEqual(identity({}))
  })
})
