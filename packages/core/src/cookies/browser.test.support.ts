import { expect } from 'vitest'
import { cookiesOf } from './index.ts'
import { AccessTokenError, type ProtectedRequest } from '../index.ts'

/** A POST of our own page, unless its fields say otherwise. */
export function post(...rawHeaders: string[]): ProtectedRequest {
  return { method: 'POST', url: '/session', rawHeaders: ['sec-fetch-site', 'same-origin', ...rawHeaders] }
}

/** What a request was refused with: its code, and the cookies that are set or taken away with it. */
export async function refusalOf(answer: Promise<unknown>) {
  const error: unknown = await answer.then(
    () => expect.unreachable('it was answered'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(AccessTokenError)
  const { code, status, cause } = error as AccessTokenError
  return { code, status, cause, cookies: cookiesOf(error as AccessTokenError) }
}

export const inSeconds = (seconds: number) => Date.now() / 1000 + seconds
