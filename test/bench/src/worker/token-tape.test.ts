import { describe, expect, it } from 'vitest'
import { TokenTape } from './token-tape.ts'

describe('TokenTape', () => {
  it('gives the tokens in turn, and begins again after the last', () => {
    const tape = new TokenTape(['a', 'bb', 'ccc'])
    expect(tape.next(2)).toEqual(['a', 'bb'])
    expect(tape.next(5)).toEqual(['ccc', 'a', 'bb', 'ccc', 'a'])
  })
})
