import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ask } from '../worker/ask.ts'
import { type ApiSettings, type AppName, path } from './apps.ts'
import type { Load, LoadAnswer, LoadRequest, LoadResult, ServerAnswer, ServerRequest } from './protocol.ts'

/** An app in a process of its own. */
export class AppProcess {
  readonly name: AppName
  #child: ChildProcess
  #url = ''

  constructor(name: AppName) {
    this.name = name
    this.#child = start(new URL('./server.js', import.meta.url))
  }

  /** Of its only route; known when it has started. */
  get url(): string {
    return this.#url
  }

  async listen(settings: ApiSettings): Promise<void> {
    const answer = await this.#ask({ type: 'listen', app: this.name, settings })
    if (answer.type !== 'listening') throw new Error(`${this.name}: ${answer.type} instead of listening`)
    this.#url = `http://127.0.0.1:${answer.port}${path}`
  }

  /** Time on the processors since the process began. */
  async cpuMs(): Promise<number> {
    const answer = await this.#ask({ type: 'usage' })
    if (answer.type !== 'usage') throw new Error(`${this.name}: ${answer.type} instead of usage`)
    return answer.cpuMs
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  async #ask(request: ServerRequest): Promise<ServerAnswer> {
    const answer = await ask<ServerAnswer>(this.#child, request)
    if (answer.type === 'failed') throw new Error(`${this.name}: ${answer.message}`)
    return answer
  }
}

/** The client, in another process than every server. */
export class LoadProcess {
  #child = start(new URL('./load.js', import.meta.url))

  async useTokens(tokens: readonly string[]): Promise<void> {
    await this.#ask({ type: 'tokens', tokens })
  }

  async load(load: Omit<Load, 'type'>): Promise<LoadResult> {
    const answer = await this.#ask({ type: 'load', ...load })
    if (answer.type !== 'load') throw new Error(`load: ${answer.type} instead of load`)
    return answer
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  async #ask(request: LoadRequest): Promise<LoadAnswer> {
    const answer = await ask<LoadAnswer>(this.#child, request)
    if (answer.type === 'failed') throw new Error(`load: ${answer.message}`)
    return answer
  }
}

function start(file: URL): ChildProcess {
  const env = { ...process.env, NODE_ENV: 'production' }
  return fork(fileURLToPath(file), { serialization: 'advanced', env })
}
