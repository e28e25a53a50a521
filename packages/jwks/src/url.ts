import { JwksConfigurationError } from './configuration-error.ts'

const takes = 'an https URL (http for loopback hosts only) without user name, password and fragment'

/** KEYS-1: https only, http to a loopback host excepted. */
export function isAcceptableUrl(url: URL): boolean {
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  return secure && url.username === '' && url.password === '' && url.hash === ''
}

/** @throws JwksConfigurationError */
export function checkUrl(value: unknown, option: string): URL {
  const text = value instanceof URL ? value.href : value
  if (typeof text !== 'string' || text.length > 2048 || !URL.canParse(text)) {
    throw new JwksConfigurationError(option, text, takes)
  }
  const url = new URL(text)
  if (!isAcceptableUrl(url)) throw new JwksConfigurationError(option, text, takes)
  return url
}

/** A URL for people and logs: without its query, which may hold an API key. */
export function nameOfUrl(url: URL): string {
  return url.origin + url.pathname
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
