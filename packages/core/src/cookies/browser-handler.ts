import { ConfigurationError } from '../configuration-error.ts'
import type { ProtectedRequest } from '../request.ts'
import { type BrowserAnswer, methodRefused } from './browser-answer.ts'
import type { BrowserCookies } from './browser-cookies.ts'

/**
 * Answers a page of ours.
 *
 * @param context the same request, as the framework hands it to handlers
 */
export type BrowserHandler<Context> = (request: ProtectedRequest, context: Context) => Promise<BrowserAnswer>

/**
 * Links, images and prefetching only ever make requests with GET; POST has to come from our own pages.
 *
 * @throws AccessTokenError `cross_site_request`
 */
export async function handlePost(
  request: ProtectedRequest,
  cookies: BrowserCookies,
  handle: () => Promise<BrowserAnswer>,
): Promise<BrowserAnswer> {
  if (request.method !== 'POST') return methodRefused
  cookies.requireOwnPage(request)
  return handle()
}

/** @throws ConfigurationError */
export function checkCallback<Parameters extends readonly unknown[]>(
  value: unknown,
  option: string,
): (...parameters: Parameters) => unknown {
  if (typeof value === 'function') return value as (...parameters: Parameters) => unknown
  throw new ConfigurationError(option, value, 'a function')
}
