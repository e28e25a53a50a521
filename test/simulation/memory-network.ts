import type { Server } from 'node:http'
import { Agent, type AgentOptions } from 'node:https'
import { type Duplex, duplexPair } from 'node:stream'

/** What becomes of a connection that is asked for. */
export type Reach = 'reachable' | 'refused' | 'unreachable'

/**
 * An agent whose connections lead through memory to an HTTP server that listens nowhere: Node's own HTTP code runs on
 * both sides, and all the time it takes is the latency given here.
 */
export class MemoryNetwork extends Agent {
  /** Called for each connection that is asked for. */
  onConnecting: (host: string) => void = () => {}
  #server: Server
  #reach: () => Reach
  #latencyMs: () => number
  #connecting = 0

  constructor(server: Server, reach: () => Reach, latencyMs: () => number) {
    super({ keepAlive: false })
    this.#server = server
    this.#reach = reach
    this.#latencyMs = latencyMs
  }

  /** Connections that stand only after some more time, or never. */
  get connecting(): number {
    return this.#connecting
  }

  override createConnection({ host }: AgentOptions): Duplex {
    this.onConnecting(String(host))
    const [near, far] = duplexPair()
    // What node:http and the fetcher ask a TLS socket for.
    const client = Object.assign(near, { connecting: true, encrypted: true })
    const settled = this.#count()
    const reach = this.#reach()
    const timer = setTimeout(() => {
      if (reach === 'unreachable') return
      settled()
      if (reach === 'refused') return void client.destroy(networkError('ECONNREFUSED'))
      client.connecting = false
      client.emit('secureConnect')
      this.#server.emit('connection', far)
    }, this.#latencyMs())
    client.once('close', () => {
      clearTimeout(timer)
      settled()
      far.destroy()
    })
    far.on('error', () => {})
    far.once('close', () => {
      if (!far.writableFinished) client.destroy(networkError('ECONNRESET'))
    })
    return client
  }

  #count(): () => void {
    let isCounted = true
    this.#connecting++
    return () => {
      if (isCounted) this.#connecting--
      isCounted = false
    }
  }
}

function networkError(code: string): Error {
  return Object.assign(new Error(code), { code })
}
