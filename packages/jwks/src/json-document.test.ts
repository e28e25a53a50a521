import { describe, expect, it } from 'vitest'
import { FetchFault } from './fetch-fault.ts'
import { parseJsonDocument } from './json-document.ts'

const parse = (text: string) => parseJsonDocument(Buffer.from(text))
const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`

describe('parseJsonDocument', () => {
  it('takes an object, also behind a byte order mark', () => {
    expect(parse('{"keys":[]}')).toEqual({ keys: [] })
    expect(parse('\ufeff{"keys":[]}')).toEqual({ keys: [] })
  })

  it.each([
    ['nothing', '', 'the body is not JSON'],
    ['HTML', '<!doctype html><title>Sign in</title>', 'the body is not JSON'],
    ['half an object', '{"keys":[', 'the body is not JSON'],
    ['an array', '[]', 'the JSON is no object'],
    ['null', 'null', 'the JSON is no object'],
    ['a text', '"keys"', 'the JSON is no object'],
    ['a text that does not end', '{"\\', 'the body is not JSON'],
  ])('refuses %s, without quoting it', (_, text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ reason: 'malformed', message }))
  })

  it('refuses what is not UTF-8', () => {
    expect(() => parseJsonDocument(Uint8Array.of(0x7b, 0xff, 0x7d))).toThrow('the body is not UTF-8')
  })

  it('JOSE-15: takes 32 levels, and refuses a 33rd before anything recursive sees it', () => {
    expect(parse(nested(32))).toHaveProperty('a')
    expect(() => parse(nested(33))).toThrow('the JSON is nested deeper than 32')
    expect(() => parse('{"a":'.repeat(200_000))).toThrow(FetchFault)
  })

  it('does not count brackets in texts', () => {
    const text = `${'['.repeat(100)}\\"${'{'.repeat(100)}`
    expect(parse(`{"a":"${text}"}`)).toEqual({ a: text.replace('\\', '') })
  })

  it('leaves __proto__ plain data', () => {
    const document = parse('{"__proto__":{"keys":[1]}}')
    expect(document['keys']).toBeUndefined()
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype)
  })
})
