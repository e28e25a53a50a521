import { describe, expect, it } from 'vitest'
import { widthOf, wrap } from './width.ts'

describe('the width of a text', () => {
  it.each([
    ['plain', 5],
    ['Zoë', 3],
    ['e\u0301', 1],
    ['日本', 4],
    ['🔑', 2],
    ['', 0],
  ])('%s is %i', (text, width) => expect(widthOf(text)).toBe(width))
})

describe('wrapping', () => {
  it('breaks between words, and within one only when it is longer than a line', () => {
    expect(wrap('a bb ccc dddddddd e', 5)).toEqual(['a bb', 'ccc', 'ddddd', 'ddd e'])
    expect(wrap('', 5)).toEqual([''])
    expect(wrap('日本語', 4)).toEqual(['日本', '語'])
  })

  it('ends also where one character is wider than a line', () => {
    expect(wrap('日本', 1)).toEqual(['日', '本'])
  })
})
