import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { JWK } from 'jose'
import type { ProviderOptions } from './provider.ts'
import type { Started } from './thread.ts'

/** A running authorization server. */
export interface AuthorizationServer {
  readonly issuer: string
  readonly clientSecret: string
  /** Its private keys, of which no other party would know: the demo signs an expired token with one. */
  readonly signingKeys: readonly JWK[]
  close(): Promise<void>
}

/** Starts oidc-provider on a free loopback port. */
export async function startAuthorizationServer(options: ProviderOptions): Promise<AuthorizationServer> {
  const thread = new Worker(new URL('thread.js', import.meta.url), { workerData: options, stdout: true, stderr: true })
  // Its notices are read and dropped: they are about its use in production.
  thread.stdout.resume()
  thread.stderr.resume()
  const ended = once(thread, 'exit').then(() => Promise.reject(new Error('The authorization server did not start')))
  const [started] = (await Promise.race([once(thread, 'message'), ended])) as [Started]
  return {
    ...started,
    clientSecret: options.clientSecret,
    close: async () => {
      await thread.terminate()
    },
  }
}
