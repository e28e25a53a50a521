import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { JsonWebKey } from 'node:crypto'

/** The JWKS endpoint of one contender, on loopback. */
export class KeyServer {
  /** Called when a set has been sent, with the key ids in it. */
  onServed: (kids: readonly string[]) => void = () => {}
  #server: Server
  #sockets = new Set<Socket>()
  #keys: readonly JsonWebKey[] = []
  #isDown = false
  #asked = 0

  private constructor() {
    this.#server = createServer((_request, response) => this.#respond(response))
    // Else a contender that asks again after so long could meet a connection that is just being closed.
    this.#server.keepAliveTimeout = 600_000
    this.#server.on('connection', (socket: Socket) => this.#accept(socket))
  }

  static async start(): Promise<KeyServer> {
    const keyServer = new KeyServer()
    await new Promise<void>((resolve) => keyServer.#server.listen(0, '127.0.0.1', resolve))
    return keyServer
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How often the set was asked for, in vain too. */
  get asked(): number {
    return this.#asked
  }

  publish(keys: readonly JsonWebKey[]): void {
    this.#keys = keys
  }

  /** From now on every connection is cut. */
  goDown(): void {
    this.#isDown = true
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {})
    if (this.#isDown) {
      this.#asked++
      return void socket.destroy()
    }
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  #respond(response: ServerResponse): void {
    this.#asked++
    const keys = this.#keys
    response.writeHead(200, { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=600' })
    response.end(JSON.stringify({ keys }), () => this.onServed(keys.map((key) => String(key['kid']))))
  }
}
