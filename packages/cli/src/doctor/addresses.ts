import { usageFailure } from '../failure.ts'

/**
 * The address that is examined.
 *
 * @throws CommandFailure
 */
export function parseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    const advice = /^[\w.-]+\.[a-z]{2,}(\/|:|$)/i.test(text) ? `Did you mean https://${text}?` : 'Give an https URL.'
    throw usageFailure('URL: that is no address of a server.', advice)
  }
  if (url.username !== '' || url.password !== '') throw usageFailure('URL: it has a user name or password in it.')
  url.hash = ''
  return url
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** https, or http on this machine. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
}
