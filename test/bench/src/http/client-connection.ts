import { connect, type Socket } from 'node:net'

/**
 * One kept connection of the load. It does so little that it is several times quicker than the quickest server, which
 * no general client is: a load that is at its limit would make every server look alike.
 */
export class ClientConnection {
  #socket: Socket
  #received = ''
  #answered: ((status: number) => void) | undefined
  #failed: ((error: Error) => void) | undefined

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.setEncoding('latin1')
    this.#socket.on('data', (text: string) => this.#receive(text))
    this.#socket.on('error', (error) => this.#failed?.(error))
    this.#socket.on('close', () => this.#failed?.(new Error('a server closed its connection')))
  }

  /** Sends a request and waits for the status of its answer; one at a time. */
  send(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(new Error('a server has closed its connection'))
        return
      }
      this.#answered = resolve
      this.#failed = reject
      this.#socket.write(request)
    })
  }

  #receive(text: string): void {
    this.#received += text
    const end = this.#received.indexOf('\r\n\r\n')
    if (end === -1) return
    const length = /^content-length: *(\d+)/im.exec(this.#received)?.[1]
    if (length === undefined) {
      this.#failed?.(new Error('an answer has no content-length'))
      return
    }
    if (this.#received.length < end + 4 + Number(length)) return
    const status = Number(this.#received.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
    this.#received = ''
    this.#answered?.(status)
  }
}
