import type { IncomingHttpHeaders } from 'node:http'

/** What a response says, as far as it matters here; what it does not say is absent. */
export interface Answer {
  readonly status: number
  /** Of the handler: whose token it saw. */
  readonly subject?: string
  /** Of the refusal: why. */
  readonly code?: string
  /** `WWW-Authenticate` without its description in words. */
  readonly challenge?: string
  /** `Retry-After` is there. */
  readonly retryLater?: true
}

export function readAnswer(status: number, headers: IncomingHttpHeaders, body: string): Answer {
  const { subject, code } = parseObject(body)
  const challenge = headers['www-authenticate']?.replace(/,? ?error_description="[^"]*"/, '')
  return {
    status,
    ...(typeof subject === 'string' ? { subject } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(challenge === undefined ? {} : { challenge }),
    ...(headers['retry-after'] === undefined ? {} : { retryLater: true }),
  }
}

function parseObject(body: string): { readonly subject?: unknown; readonly code?: unknown } {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
