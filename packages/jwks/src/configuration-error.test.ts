import { describe, expect, it } from 'vitest'
import { JwksConfigurationError } from './configuration-error.ts'

describe('JwksConfigurationError', () => {
  it('names the option, what it got and what it takes', () => {
    const error = new JwksConfigurationError('maxKeys', -1, 'a whole number')
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'JwksConfigurationError',
      code: 'configuration_invalid',
      option: 'maxKeys',
      got: '-1',
      takes: 'a whole number',
      message: 'maxKeys: got -1, takes a whole number',
    })
  })

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [10n, '10'],
    [[1, 2], 'an array of 2'],
    [{ secret: 'x' }, 'an object'],
    [Math.max, 'a function'],
    ['x'.repeat(200), `"${'x'.repeat(120)}…"`],
    ['https://as.example/jwks', '"https://as.example/jwks"'],
  ])('describes %s', (got, described) => {
    expect(new JwksConfigurationError('source', got, 'x').got).toBe(described)
  })

  it.each(['https://user:secret@as.example/', 'https://as.example/jwks?api_key=secret'])(
    'does not repeat what may be a secret in %s',
    (url) => {
      expect(new JwksConfigurationError('source', url, 'x').message).not.toContain('secret')
    },
  )
})
