import { connect } from 'node:net'

/** Longest wait for a server to end a connection that it has to end. */
const patienceMs = 20_000

/** What came back, and how it ended. */
export interface Exchange {
  readonly bytes: Buffer
  readonly isTimedOut: boolean
}

/**
 * Sends bytes over a connection of their own, in the given pieces, and reads until the server ends it.
 *
 * @param isOpenEnded whether to say that nothing more comes, since the server may wait for more
 */
export function exchange(port: number, pieces: readonly Buffer[], isOpenEnded: boolean): Promise<Exchange> {
  return new Promise((resolve) => {
    const received: Buffer[] = []
    let isTimedOut = false
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const timer = setTimeout(() => {
      isTimedOut = true
      socket.destroy()
    }, patienceMs)
    socket.on('data', (bytes: Buffer) => received.push(bytes))
    // A server that has had enough resets the connection: what came before that counts.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve({ bytes: Buffer.concat(received), isTimedOut })
    })
    for (const piece of pieces) socket.write(piece)
    if (isOpenEnded) socket.end()
  })
}
