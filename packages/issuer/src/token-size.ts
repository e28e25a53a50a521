import type { EventStream } from './event-stream.ts'

/** A token that is larger than something on its way may carry. Nothing of the token is in it. */
export interface LargeTokenEvent {
  readonly type: 'large_token'
  readonly clientId: string
  /** Bytes of the token. */
  readonly bytes: number
  /** `cookie`: browsers drop cookies over 4,096 bytes (RFC 6265 §6.1). `header`: many servers take 8,192 bytes only. */
  readonly exceeds: readonly ('cookie' | 'header')[]
}

/** What a cookie has beside its value: a name and attributes such as `Secure; HttpOnly; SameSite=Lax; Path=/`. */
const cookieOverhead = 128
const maxCookieBytes = 4_096
const headerOverhead = 'authorization: Bearer \r\n'.length
/** Default of Apache, nginx (`large_client_header_buffers`) and others for one field. */
const maxHeaderBytes = 8_192

/** A token of so many bytes is over no limit. */
export const smallestLimit = maxCookieBytes - cookieOverhead

export function tellWhenLarge(events: EventStream<LargeTokenEvent>, bytes: number, clientId: string): void {
  const exceeds = bytes + headerOverhead > maxHeaderBytes ? (['cookie', 'header'] as const) : (['cookie'] as const)
  if (bytes > smallestLimit) events.emit({ type: 'large_token', clientId, bytes, exceeds })
}
