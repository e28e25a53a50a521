import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseClaims, parseJsonObject } from './index.ts'
import { hasDuplicateMembers } from './json.ts'

const parse = (text: string) => parseJsonObject(Buffer.from(text), 10_000)
const parseBytes = (...bytes: (string | number)[]) =>
  parseJsonObject(
    Buffer.concat(bytes.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part)))),
    10_000,
  )

describe('parseJsonObject', () => {
  it('JOSE-3: gives what JSON.parse gives of an object', () => {
    for (const text of ['{}', ' {"a":[1,{"b":null}]}\n', '{"a":"\\ud83d\\ude00","ü":"é"}']) {
      expect(parse(text)).toEqual(JSON.parse(text))
    }
  })

  it('JOSE-3: refuses everything that is no object, and everything that is no JSON', () => {
    for (const text of ['', ' ', '[]', '[{}]', 'null', 'true', '1', '"{}"', '{', '{}{}', '{},', "{'a':1}", '{a:1}']) {
      expect(parse(text), text).toBeUndefined()
    }
    for (const text of ['{"a":1,}', '{"a":NaN}', '{"a":0x1}', '{"a":01}', '{"a":1}//', '{"a":"\t"}', '{\u00a0}']) {
      expect(parse(text), text).toBeUndefined()
    }
  })

  it.each([
    ['a byte order mark', [0xef, 0xbb, 0xbf, '{}']],
    ['a byte that begins nothing', ['{"a":"', 0xff, '"}']],
    ['a continuation without a start', ['{"a":"', 0x80, '"}']],
    ['a sequence that is cut off', ['{"a":"', 0xe2, 0x82, '"}']],
    ['an overlong slash', ['{"a":"', 0xc0, 0xaf, '"}']],
    ['an overlong NUL', ['{"a":"', 0xc0, 0x80, '"}']],
    ['a surrogate', ['{"a":"', 0xed, 0xa0, 0x80, '"}']],
    ['a code point over U+10FFFF', ['{"a":"', 0xf4, 0x90, 0x80, 0x80, '"}']],
    ['an invalid byte in a name', ['{"', 0xfe, '":1}']],
    ['UTF-16', [...Buffer.from('{}', 'utf16le')]],
  ] as [string, (string | number)[]][])('JOSE-3: refuses %s', (_, bytes) => {
    expect(parseBytes(...bytes)).toBeUndefined()
  })

  it('JOSE-3: keeps __proto__, constructor and prototype as plain data', () => {
    const text =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":1}'
    const value = parse(text) as object
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('JOSE-3: never throws, whatever the bytes', () => {
    const fragment = fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', '\\u00', '1', 'a', ' ', 'null')
    const text = fc.array(fragment, { maxLength: 60 }).map((parts) => Buffer.from(parts.join('')))
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array().map(Buffer.from)), (bytes) => {
        const value = parseJsonObject(bytes, 10_000)
        expect(value === undefined || (typeof value === 'object' && !Array.isArray(value))).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('the depth of nesting', () => {
  const wrap = (depth: number, open: string, close: string) => `{"a":${open.repeat(depth)}1${close.repeat(depth)}}`

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
    ['both in turn', '[{"a":', '}]'],
  ])('JOSE-15: is at most 32, of %s', (_, open, close) => {
    const levels = open.replace(/[^[{]/g, '').length
    expect(parse(wrap(Math.floor(31 / levels), open, close))).toBeDefined()
    expect(parse(wrap(Math.floor(31 / levels) + 1, open, close))).toBeUndefined()
    expect(parse(wrap(3000, open, close))).toBeUndefined()
  })

  it('JOSE-15: counts no brackets in strings, and no siblings', () => {
    const brackets = '[{'.repeat(500)
    expect(
      parse(JSON.stringify({ a: brackets, b: `\\"${brackets}`, c: `"${brackets}\\`, [brackets]: 1 })),
    ).toBeDefined()
    expect(parse(JSON.stringify({ a: Array.from({ length: 1000 }, () => [[], {}]) }))).toBeDefined()
    expect(parse(`{"a":"${'\\"'.repeat(40)}","b":${'['.repeat(32)}${']'.repeat(32)}}`)).toBeUndefined()
  })

  it.each([
    ['nothing', ''],
    ['many characters', 'x'.repeat(20_000)],
    ['many brackets in a text', '[]'.repeat(40)],
    ['many brackets', Array.from({ length: 40 }, () => [])],
  ])('JOSE-15: is at most 32 beside %s', (_, beside) => {
    const nested = (depth: number) => `{"b":${JSON.stringify(beside)},"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(parse(nested(31))).toBeDefined()
    expect(parse(nested(32))).toBeUndefined()
  })

  it('JOSE-15: is at most 32 wherever the text begins', () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
    for (const before of ['', ' ', '\n\n']) {
      expect(parse(before + nested(32))).toBeDefined()
      expect(parse(before + nested(33))).toBeUndefined()
    }
  })

  it('JOSE-15: is counted to the end of a text whose last string has none', () => {
    for (const start of ['{"', '{"a":"', '{"a":"\\"', '"']) {
      expect(parse(start + 'x'.repeat(30_000))).toBeUndefined()
    }
  })

  it('JOSE-15: is counted without the brackets that close too many', () => {
    expect(parse(`{"a":${']'.repeat(50)}${'['.repeat(50)}}`)).toBeUndefined()
    expect(parse(`{"a":${'[]'.repeat(50)}}`)).toBeUndefined()
  })
})

describe('the number of members and elements', () => {
  const list = (count: number) => Array.from({ length: count }, () => 0)

  it.each<[string, (count: number) => unknown]>([
    ['elements', (count) => ({ a: list(count - 1) })],
    ['members', (count) => Object.fromEntries(list(count).map((value, index) => [`m${index}`, value]))],
    ['both', (count) => ({ a: list(count / 2), b: { c: list(count / 2 - 3) } })],
    ['empty arrays', (count) => ({ a: list(count / 2 - 1).map(() => []) })],
    ['texts with commas', (count) => ({ a: list(count - 1).map(() => ',[{,",\\",') })],
  ])('DOS-1: is at most 1,024 in claims, of %s', (_, make) => {
    expect(parseClaims(Buffer.from(JSON.stringify(make(1_024))))).toEqual(make(1_024))
    expect(parseClaims(Buffer.from(JSON.stringify(make(1_026))))).toBeUndefined()
  })

  it('DOS-1: is not that of commas and brackets in texts', () => {
    const claims = { a: ',[{'.repeat(5_000), b: '\\",'.repeat(2_000), [',"'.repeat(3_000)]: 1 }
    expect(parseClaims(Buffer.from(JSON.stringify(claims)))).toEqual(claims)
  })
})

describe('hasDuplicateMembers', () => {
  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":3}',
    '{"a":1,"\\u0061":1}',
    '{"\\u0061":1,"\\u0061":1}',
    '{"":1,"":2}',
    '{"\\/":1,"/":2}',
    '{"a" :1, "a"\n\t:2}',
    '{"b":{"a":1,"a":2}}',
    '{"b":[{},{"a":1,"a":2}]}',
    '{"b":[1],"a":{"a":[]},"b":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"\\ud83d\\ude00":1,"😀":2}',
  ])('JOSE-3: finds the name that %s has twice', (text) => {
    JSON.parse(text)
    expect(hasDuplicateMembers(text)).toBe(true)
  })

  it.each([
    '{}',
    '{"a":"a","b":"a"}',
    '{"a":{"a":{"a":1}}}',
    '{"a":[{"a":1},{"a":2}]}',
    '{"a":["a","a"],"A":1}',
    '{"a":"\\"a\\":1,\\"a\\":2"}',
    '{"\\\\":1,"\\"":2,"\\\\\\"":3}',
    '{"\u00e9":1,"e\u0301":2}',
    '{"constructor":1,"toString":2}',
  ])('JOSE-3: finds none in %s', (text) => {
    JSON.parse(text)
    expect(hasDuplicateMembers(text)).toBe(false)
  })

  it('JOSE-3: finds a name that is put in twice, wherever that is, and nothing else', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.string(), fc.integer(), fc.boolean(), tie('object'), tie('array')),
      array: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 4 }),
    }))
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value, { minKeys: 1, maxKeys: 5 }), fc.nat(), (object, pick) => {
        const text = JSON.stringify(object)
        expect(hasDuplicateMembers(text)).toBe(false)
        const names = Object.keys(object)
        const name = JSON.stringify(names[pick % names.length])
        expect(hasDuplicateMembers(`${text.slice(0, -1)},${name}:0}`)).toBe(true)
        expect(hasDuplicateMembers(`{"outer":[${text.slice(0, -1)},${name}:0}]}`)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
