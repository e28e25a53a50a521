import { connect } from 'node:net'
import type { HttpRequest } from '../attack.ts'

/** A response, as it came over the wire. */
export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

const timeoutMs = 10_000

/** Writes bytes to a socket, and reads what comes until the other side closes: no HTTP client may repair anything. */
export function exchange(port: number, bytes: string): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('the API neither answered nor closed the connection')))
    socket.on('data', (data) => received.push(data))
    // A server that refuses early closes while the rest is still being sent.
    socket.on('error', (error) => (received.length === 0 ? reject(error) : undefined))
    socket.on('close', () => resolve(parseAnswers(Buffer.concat(received).toString('latin1'))))
  })
}

/** A request as bytes. */
export function requestBytes({ method = 'GET', path = '/reports', headers, body }: HttpRequest): string {
  const has = (name: string) => headers.some(([given]) => given.toLowerCase() === name)
  const lines = [
    ...(has('host') ? [] : ['Host: api.example']),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(has('connection') ? [] : ['Connection: close']),
    ...(body === undefined || has('content-length') || has('transfer-encoding')
      ? []
      : [`Content-Length: ${body.length}`]),
  ]
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body ?? ''}`
}

/** The responses in a stream (RFC 9112 §6). */
function parseAnswers(text: string): Answer[] {
  const answers: Answer[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) throw new Error(`no complete response in ${JSON.stringify(rest.slice(0, 200))}`)
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n')
    const headers = lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    })
    const read = readBody(rest.slice(end + 4), headers)
    answers.push({ status: Number(statusLine.split(' ')[1]), headers, body: read.body })
    rest = read.rest
  }
  return answers
}

function readBody(text: string, headers: Answer['headers']): { body: string; rest: string } {
  const field = (name: string) => headers.find(([given]) => given === name)?.[1]
  if (field('transfer-encoding') === 'chunked') return readChunks(text)
  const length = Number(field('content-length') ?? text.length)
  return { body: text.slice(0, length), rest: text.slice(length) }
}

function readChunks(text: string): { body: string; rest: string } {
  let body = ''
  let rest = text
  for (;;) {
    const end = rest.indexOf('\r\n')
    const length = Number.parseInt(rest.slice(0, end), 16)
    if (length === 0) return { body, rest: rest.slice(end + 4) }
    body += rest.slice(end + 2, end + 2 + length)
    rest = rest.slice(end + 4 + length)
  }
}
