import { describe, expect, it } from 'vitest'
import { decodePart, parseObject } from './parts.ts'

describe('base64url', () => {
  it.each([
    ['YWI', undefined],
    ['', undefined],
    ['YWI=', 'padded'],
    ['a+/b', '"+" or "/"'],
    ['YW I', 'white space'],
    ['YWI*', 'characters'],
    ['YWIxY', 'cut off'],
    ['YWJ', 'unused bits'],
  ])('%j: %s', (text, fault) => {
    const found = decodePart(text).fault
    if (fault === undefined) expect(found).toBeUndefined()
    else expect(found).toContain(fault)
  })
})

const parse = (text: string) => parseObject(Buffer.from(text))

describe('a JSON object', () => {
  it('is parsed, with __proto__ as a name like any other', () => {
    expect(Object.keys(parse('{"__proto__":1,"a":{"b":[]}}').object ?? {})).toEqual(['__proto__', 'a'])
  })

  it.each([
    ['[]', 'not an object'],
    ['null', 'not an object'],
    ['{', 'not JSON'],
    ['\ufeff{}', 'byte order mark'],
    [`{"a":${'['.repeat(40)}${']'.repeat(40)}}`, 'nested deeper'],
    [`${'['.repeat(100_000)}`, 'not JSON'],
  ])('is not what %j has', (text, fault) => {
    expect(parse(text).object).toBeUndefined()
    expect(parse(text).fault).toContain(fault)
  })

  it('is not text that is no UTF-8', () => {
    expect(parseObject(Buffer.from([0x7b, 0xff, 0x7d])).fault).toContain('UTF-8')
  })

  it('tells names that it has twice, at any depth and however they are written', () => {
    expect(parse('{"alg":1,"\\u0061lg":2}').duplicates).toEqual(['alg'])
    expect(parse('{"a":{"b":1,"b" :2},"b":3}').duplicates).toEqual(['b'])
    expect(parse('{"a":"b","b":"a","c":["a","a"],"d":{"a":1}}').duplicates).toEqual([])
    expect(parse('{"a":"\\"a\\":1","b":"}"}').duplicates).toEqual([])
  })

  it('of a megabyte is parsed in no time', () => {
    const start = performance.now()
    parse(`{"a":"${'\\"'.repeat(400_000)}","b":"${'"'.repeat(1000)}`)
    parse(JSON.stringify({ a: '"'.repeat(500_000), b: Array.from({ length: 50_000 }, () => '') }))
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})
