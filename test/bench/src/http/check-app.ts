import type { TokenSet, WrongToken } from '../situation.ts'
import { bareSubject } from './apps.ts'

/**
 * Whether an app does its work: it answers good tokens with their subject, and wrong ones, or none, with 401.
 *
 * @returns what it does wrong, in words; empty when it may be timed
 */
export async function findAppFaults(
  url: string,
  protection: 'bare' | 'protected',
  good: TokenSet,
  wrong: readonly WrongToken[],
): Promise<readonly string[]> {
  const faults: string[] = []
  for (const [index, token] of good.tokens.entries()) {
    const { status, sub } = await get(url, token)
    const expected = protection === 'bare' ? bareSubject : good.subjects[index]
    if (status !== 200) faults.push(`answers a good token with ${status}`)
    else if (sub !== expected) faults.push('reads another subject than the token has')
  }
  if (protection === 'bare') return faults
  for (const one of wrong) {
    const { status } = await get(url, one.token)
    if (status !== 401) faults.push(`answers a token with ${one.wrong} with ${status}`)
  }
  const { status } = await get(url, undefined)
  if (status !== 401) faults.push(`answers a request without a token with ${status}`)
  return faults
}

async function get(
  url: string,
  token: string | undefined,
): Promise<{ readonly status: number; readonly sub: unknown }> {
  const response = await fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
  const text = await response.text()
  return {
    status: response.status,
    sub: response.ok ? (JSON.parse(text) as { readonly sub?: unknown }).sub : undefined,
  }
}
