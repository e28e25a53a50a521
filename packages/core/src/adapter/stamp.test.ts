import { describe, expect, it } from 'vitest'
import { createStamp } from './stamp.ts'

describe('a stamp', () => {
  const stamp = createStamp<number>()

  it('is read from the object that it was put onto, and changes with the next', () => {
    const object = {}
    expect(stamp.read(object)).toBeUndefined()
    stamp.write(object, 1)
    expect(stamp.read(object)).toBe(1)
    stamp.write(object, 2)
    expect(stamp.read(object)).toBe(2)
  })

  it('POLICY-1: is on nothing that is made of that object, or like it', () => {
    const object = { a: 1 }
    stamp.write(object, 1)
    const others = [{ ...object }, Object.create(object) as object, new Proxy(object, {}), structuredClone(object)]
    expect(others.map((other) => stamp.read(other))).toEqual(others.map(() => undefined))
    expect(Reflect.ownKeys(object)).toEqual(['a'])
  })

  it('is of its own kind, and can be put onto a frozen object', () => {
    const object = Object.freeze({})
    const other = createStamp<string>()
    stamp.write(object, 1)
    other.write(object, 'x')
    expect([stamp.read(object), other.read(object)]).toEqual([1, 'x'])
  })
})
