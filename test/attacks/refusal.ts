import { type AccessTokenErrorCode, errorCodes } from '@sallyport/core'
import { expect } from 'vitest'
import type { Answer } from './targets/wire.ts'

/** RFC 9110 §11.6.1 as far as Sallyport uses it: one scheme, and parameters that are all quoted strings (CHAL-2). */
const challenge = /^Bearer(?: [a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]*"(?:, [a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]*")*)?$/

/** What the frameworks and Node.js add by themselves. */
const otherFields = ['connection', 'content-length', 'date', 'etag', 'keep-alive', 'vary', 'x-powered-by']

/**
 * Expects a whole and exact refusal: status, challenge, body, and nothing besides, least of all what was sent.
 *
 * @param sent the request as bytes
 */
export function expectRefusal(answer: Answer, code: AccessTokenErrorCode, sent: string): void {
  const { status, error, description } = errorCodes[code]
  const fields = Object.fromEntries(answer.headers)
  expect(answer.status).toBe(status)
  expect(answer.headers.length, 'no field comes twice').toBe(Object.keys(fields).length)
  expect(fields['www-authenticate']).toMatch(challenge)
  expect(fields['cache-control']).toBe('no-store')
  expect(fields['content-type']).toBe('application/json; charset=utf-8')
  const known = ['www-authenticate', 'cache-control', 'content-type', ...otherFields]
  expect(Object.keys(fields).filter((name) => !known.includes(name))).toEqual([])
  if (!sent.startsWith('HEAD ')) {
    const withError = error === undefined ? {} : { error }
    expect(JSON.parse(answer.body)).toEqual({ ...withError, error_description: description, code })
  }
  expectNoEcho(JSON.stringify(answer), sent)
}

/** CHAL-3: no part of the request is in the answer, and nothing that attacks mark with "pwned". */
function expectNoEcho(answer: string, sent: string): void {
  expect(answer).not.toContain('pwned')
  const parts = sent.split(/[^\w-]+/).filter((part) => part.length >= 20)
  expect(parts.filter((part) => answer.includes(part))).toEqual([])
}
