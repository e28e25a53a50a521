import { createServer, type Server } from 'node:net'

/** An authorization server that is down: its port is taken, and every connection is cut. */
export function startOutage(): Server {
  return createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
}
