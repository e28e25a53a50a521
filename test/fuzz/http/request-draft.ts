/** A header field as it is sent. */
export interface Field {
  name: string
  value: string
}

/** A request that is about to be sent: honest, until steps are taken. */
export interface RequestDraft {
  readonly id: string
  method: string
  target: string
  version: string
  fields: Field[]
  body: Buffer
  /** Done to the finished bytes, in turn. */
  readonly rawSteps: ((bytes: Buffer) => Buffer)[]
  /** Whether every HTTP server has to read it in the same way: then the status is known. */
  isClean: boolean
  /** Whether the server may wait for more of it, or read what follows as a part of it. */
  isOpenEnded: boolean
}

/** Bytes above 0x7f are sent as they are: what is no ASCII here is one of them. */
export function writeRequest({ method, target, version, fields, body, rawSteps }: RequestDraft): Buffer {
  const lines = [`${method} ${target} ${version}`, ...fields.map(({ name, value }) => `${name}: ${value}`)]
  const bytes = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body])
  return rawSteps.reduce<Buffer>((changed, step) => step(changed), bytes)
}

export function honestRequest(id: string, token: string): RequestDraft {
  return {
    id,
    method: 'GET',
    target: '/reports',
    version: 'HTTP/1.1',
    fields: [
      { name: 'Host', value: 'api.example' },
      { name: 'X-Id', value: id },
      { name: 'Authorization', value: `Bearer ${token}` },
    ],
    body: Buffer.alloc(0),
    rawSteps: [],
    isClean: true,
    isOpenEnded: false,
  }
}
