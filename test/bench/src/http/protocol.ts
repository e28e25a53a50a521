import type { ApiSettings, AppName } from './apps.ts'

/** What an app's process is asked. */
export type ServerRequest =
  | { readonly type: 'listen'; readonly app: AppName; readonly settings: ApiSettings }
  /** How much time on the processors it has used. */
  | { readonly type: 'usage' }

export type ServerAnswer =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'usage'; readonly cpuMs: number }
  | { readonly type: 'failed'; readonly message: string }

/** What the load's process is asked. */
export type LoadRequest = { readonly type: 'tokens'; readonly tokens: readonly string[] } | Load

export interface Load {
  readonly type: 'load'
  readonly url: string
  readonly connections: number
  readonly milliseconds: number
  readonly waiting: Waiting
}

/**
 * What the client does while it has nothing to read: `busy`, it looks again at once, so that no server pays for waking it,
 * as none pays for a client on another machine; `asleep`, it leaves its processor to the server's threads.
 */
export type Waiting = 'busy' | 'asleep'

export type LoadAnswer = { readonly type: 'ready' } | LoadResult | { readonly type: 'failed'; readonly message: string }

/** One turn of one server. */
export interface LoadResult {
  readonly type: 'load'
  readonly requests: number
  /** Answers other than 200, of which there should be none. */
  readonly refused: number
  readonly wallMs: number
  /** How much of the time the load's own process was busy: near 1 it is what limits the figure. */
  readonly busy: number
}
