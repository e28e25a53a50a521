import { request } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serve } from '../endpoint.test.support.ts'
import { TokenRequestError } from '../token-request-error.ts'
import { readForm } from './form.ts'
import { readBody } from './read-body.ts'

describe('a body', () => {
  it('DOS-2: that does not arrive in time is given up', async () => {
    let settle: (error: unknown) => void
    const outcome = new Promise<unknown>((resolve) => (settle = resolve))
    const server = await serve((req) => void readBody(req, { maxBytes: 100, timeoutMs: 20 }).catch(settle))
    onTestFinished(() => server.close())
    const req = request(server.origin, { method: 'POST', agent: false }).on('error', () => {})
    req.write('grant')
    const error = await outcome
    expect(error).toBeInstanceOf(TokenRequestError)
    expect(error).toMatchObject({ code: 'form_too_slow', status: 408 })
    req.destroy()
  })
})

describe('a body that a framework has parsed', () => {
  it('is taken as bytes, as text, or as an object of texts', () => {
    for (const body of ['a=1&b=%20', Buffer.from('a=1&b=+'), { a: '1', b: ' ' }]) {
      const form = readForm(body)
      expect([form.get('a'), form.get('b'), form.get('c')]).toEqual(['1', ' ', undefined])
    }
    expect(readForm({ resource: ['x', 'y'] }).all('resource')).toEqual(['x', 'y'])
  })

  it.each([
    [{ scope: ['a', 'b'] }, 'parameter_repeated'],
    [{ scope: ['a'] }, 'parameter_repeated'],
    [{ scope: { a: 'b' } }, 'form_malformed'],
    [{ resource: [['x']] }, 'form_malformed'],
    [{ scope: 1 }, 'form_malformed'],
    [{ scope: null }, 'form_malformed'],
    [undefined, 'form_malformed'],
    [null, 'form_malformed'],
    [['a=1'], 'form_malformed'],
    [Buffer.from([0x61, 0x3d, 0xff]), 'form_malformed'],
  ])('is refused as %o', (body, code) => {
    expect(() => readForm(body)).toThrow(expect.objectContaining({ code }) as Error)
  })

  it('may name parameters as objects name their own', () => {
    const form = readForm('__proto__=a&constructor=b&toString=c')
    expect([form.get('__proto__'), form.get('constructor'), form.get('hasOwnProperty')]).toEqual(['a', 'b', undefined])
  })
})
