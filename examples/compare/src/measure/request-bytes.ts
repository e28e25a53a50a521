import { Agent, get } from 'node:http'

/** Bytes of one request and its answer on a connection that is open already. */
export function measureBytes(url: string, fields: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false })
    const request = get(url, { agent, headers: fields }, (response) => {
      const { socket } = response
      response.resume()
      response.once('end', () => resolve(socket.bytesRead + socket.bytesWritten))
    })
    request.once('error', reject)
  })
}
