import { describe, expect, it } from 'vitest'
import { cli } from '../cli.test.support.ts'
import { tokenOf } from './read-token.ts'

describe('a token that was copied', () => {
  it.each([
    'a.b.c',
    '  a.b.c\n',
    'Bearer a.b.c',
    'bearer   a.b.c',
    'DPoP a.b.c',
    'Authorization: Bearer a.b.c\r\n',
    'authorization:Bearer a.b.c',
    '"a.b.c"',
    "'Bearer a.b.c'",
    "'Authorization: Bearer a.b.c'",
    'authorization: "Bearer a.b.c"',
  ])('is found in %j', (text) => expect(tokenOf(text)).toBe('a.b.c'))

  it.each(['', '  \n', 'Bearer', 'Authorization: Bearer ', '""'])('is missing in %j', (text) => {
    expect(tokenOf(text)).toBe('')
  })

  it('keeps what is not around it', () => {
    expect(tokenOf('Bearer a b')).toBe('a b')
    expect(tokenOf('bearerx')).toBe('bearerx')
  })
})

describe('standard input', () => {
  it('is read where no token is given, and for a dash', async () => {
    for (const args of [['inspect'], ['inspect', '-']]) {
      const { exitCode, stdout, stderr } = await cli(args, { input: 'opaque' })
      expect(exitCode).toBe(1)
      expect(stdout).toContain('It is no JWT')
      expect(stderr).toBe('')
    }
  })

  it('is asked for where it is a terminal and nobody pipes', async () => {
    const { exitCode, stdout, stderr } = await cli(['inspect'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('There is no token.')
  })

  it('is refused where it is empty', async () => {
    expect(await cli(['inspect'], { input: 'Bearer \n' })).toMatchObject({ exitCode: 2 })
  })

  it('is not read beyond 1 MiB', async () => {
    const { exitCode, stderr } = await cli(['inspect'], { input: 'a'.repeat(1_048_577) })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('more than 1 MiB')
    expect(await cli(['inspect'], { input: 'a'.repeat(1_048_576) })).toMatchObject({ exitCode: 1 })
  })

  it('may hold anything', async () => {
    const { exitCode, stdout } = await cli(['inspect'], {
      input: Uint8Array.from({ length: 4096 }, (_, index) => index),
    })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^[^\p{C}]*(\n[^\p{C}]*)*$/u)
  })

  it('is spoken of when a token is given as an argument', async () => {
    expect((await cli(['inspect', 'opaque'])).stderr).toContain('stays in the shell history')
  })
})
