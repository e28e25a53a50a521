import { describe, expect, it } from 'vitest'
import { createStamp } from './stamp.ts'

describe('a stamp', () => {
  const stamp = createStamp<number>()
  const requestWith = (...rawHeaders: string[]) => ({ rawHeaders })

  it('is read from the request that it was put onto, and changes with the next', () => {
    const request = requestWith()
    expect(stamp.read(request)).toBeUndefined()
    stamp.write(request, 1)
    expect(stamp.read(request)).toBe(1)
    stamp.write(request, 2)
    expect(stamp.read(request)).toBe(2)
  })

  it('POLICY-1: is on no other request, however alike, and shows on none', () => {
    const request = requestWith('Authorization', 'Bearer a')
    stamp.write(request, 1)
    const { rawHeaders } = request
    const lists = [
      [...rawHeaders],
      Object.create(rawHeaders) as string[],
      new Proxy(rawHeaders, {}),
      Object.assign({}, rawHeaders),
    ]
    const others = [structuredClone(request), ...lists.map((list) => ({ rawHeaders: list })), {}, { rawHeaders: null }]
    expect(others.map((other) => stamp.read(other))).toEqual(others.map(() => undefined))
    expect([Reflect.ownKeys(request), Reflect.ownKeys(rawHeaders)]).toEqual([['rawHeaders'], ['0', '1', 'length']])
  })

  it('holds for what a framework makes of the request', () => {
    const request = requestWith()
    stamp.write(request, 1)
    expect(stamp.read(Object.create(request) as object)).toBe(1)
  })

  it('is of its own kind, and can be put onto a frozen list', () => {
    const request = { rawHeaders: Object.freeze([]) }
    const other = createStamp<string>()
    stamp.write(request, 1)
    other.write(request, 'x')
    expect([stamp.read(request), other.read(request)]).toEqual([1, 'x'])
  })

  it('is put onto nothing that has no list of header fields', () => {
    expect(() => stamp.write({} as never, 1)).toThrow(TypeError)
  })
})
