import { type RequestStep, addSomewhere, setBody, changeBytes, replaceText } from './request-step.ts'

const oddBytes = ['\0', '\r', '\n', '\x01', '\x7f', '\x80', '\xff', '\v', '\t', '"', '\\', ';', ',', ':', '\r\n']
const lengths = ['-1', '1e3', '0x5', '5, 5', '', '+5', '99999999999999999999', ' 5', '0', '3']
const encodings = ['chunked', 'Chunked', 'xchunked', 'identity', 'chunked, chunked', 'gzip, chunked', '']

/** Methods, header fields and the form of HTTP itself, in ways that servers read differently. */
export const wireSteps = {
  'unsafe method': (draft, random) => {
    draft.method = random.pick(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'M-SEARCH', 'PURGE'])
    if (draft.body.length === 0) setBody(draft, '')
  },
  'safe method': (draft, random) => {
    draft.method = random.pick(['OPTIONS', 'TRACE', 'HEAD'])
  },
  'second host': (draft, random) => {
    draft.fields.push({ name: 'Host', value: random.pick(['evil.example', 'api.example', '']) })
  },
  'many fields': (draft, random) => {
    const count = random.pick([20, 90, 200])
    for (let index = 0; index < count; index++) addSomewhere(draft, random, { name: `x-${index}`, value: '1' })
  },
  'odd target': (draft, random) => {
    draft.target = random.pick([
      '/',
      '//',
      '//evil.example/reports',
      '/reports/../admin',
      '/%2e%2e/',
      '/reports?',
      '/?a=%00',
      '/reports;x=y',
      `/${'a'.repeat(6000)}`,
      'http://evil.example/reports',
    ])
  },
  'broken target': (draft, random) => {
    draft.target = random.pick(['*', '', '/%', '/%ff', '/a b', '/\0', '/#x', 'evil.example:443', '\\\\', '/\u00e9'])
    draft.isClean = false
    draft.isOpenEnded = true
  },
  'broken method': (draft, random) => {
    draft.method = random.pick(['get', 'FOO', '', 'GET\t', 'G ET', '\x16\x03\x01', 'CONNECT', 'PRI', 'GET\0'])
    draft.isClean = false
    draft.isOpenEnded = true
  },
  'another version': (draft, random) => {
    draft.version = random.pick([
      'HTTP/1.0',
      'HTTP/0.9',
      'HTTP/2.0',
      'HTTP/1.11',
      'http/1.1',
      'HTTP/1.1 ',
      '',
      'HTTP/1',
    ])
    draft.isClean = false
    draft.isOpenEnded = true
  },
  'broken length': (draft, random) => {
    draft.fields.push({ name: 'Content-Length', value: random.pick(lengths) })
    draft.body = Buffer.from(random.pick(['', 'abc', 'abcde']))
    draft.isClean = false
    draft.isOpenEnded = true
  },
  'transfer encoding': (draft, random) => {
    draft.fields.push({ name: 'Transfer-Encoding', value: random.pick(encodings) })
    if (random.chance(0.3)) draft.fields.push({ name: 'Content-Length', value: '5' })
    draft.body = Buffer.from(
      random.pick([
        '0\r\n\r\n',
        '5\r\nhello\r\n0\r\n\r\n',
        'zz\r\n',
        '5;ext="x"\r\nhello\r\n0\r\nAuthorization: Bearer x\r\n\r\n',
        '',
      ]),
    )
    draft.isClean = false
    draft.isOpenEnded = true
  },
  'request within the body': (draft, _, tokens) => {
    draft.method = 'POST'
    const head = 'GET /smuggled HTTP/1.1\r\nHost: x\r\nX-Id: smuggled\r\n'
    setBody(draft, `${head}Authorization: Bearer ${tokens.bad[0]}\r\n\r\n`)
  },
  upgrade: (draft, random) => {
    draft.fields.push(
      { name: 'Connection', value: 'Upgrade' },
      { name: 'Upgrade', value: random.pick(['websocket', 'h2c', '']) },
    )
    draft.isClean = false
    draft.isOpenEnded = true
  },
  'expects to be asked to go on': (draft) => {
    // Node.js writes its 100 into the middle of the response when another one is still being sent.
    if (draft.id === 'r0') draft.fields.push({ name: 'Expect', value: '100-continue' })
  },
  'folded line': (draft, random) => {
    replaceText(draft, /(Authorization: Bearer) /, `$1${random.pick(['\r\n ', '\r\n\t', '\n ', '\r '])}`)
  },
  'space before the colon': (draft, random) => {
    replaceText(draft, /(Authorization|X-Id|Cookie):/i, `$1${random.pick([' ', '\t', '\0'])}:`)
  },
  'odd byte': (draft, random) => {
    const [byte, part] = [random.pick(oddBytes), random.chance(0.5) ? 0.3 : 1]
    const position = random.below(10_000) / 10_000
    changeBytes(draft, (bytes) => {
      const at = Math.floor(bytes.length * position * part)
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(byte, 'latin1'), bytes.subarray(at)])
    })
  },
  'bare line feeds': (draft) => {
    replaceText(draft, /\r\n/g, '\n')
  },
  'bare carriage returns': (draft) => {
    replaceText(draft, /\r\n/g, '\r')
  },
  'empty lines before': (draft, random) => {
    replaceText(draft, /^/, random.pick(['\r\n', '\r\n\r\n', '\n', ' ', '\0']))
  },
  'line without a colon': (draft, random) => {
    replaceText(draft, /\r\n/, random.pick(['\r\nnonsense\r\n', '\r\n: x\r\n', '\r\n\r\n', '\r\n=\r\n']))
  },
  'very long line': (draft, random) => {
    const length = random.pick([15_000, 16_384, 40_000])
    draft.fields.push({ name: random.pick(['X', 'Cookie', 'X-Forwarded-For']), value: 'a'.repeat(length) })
    draft.isClean = false
    draft.isOpenEnded = true
  },
  'cut off': (draft, random) => {
    const share = random.below(1000) / 1000
    changeBytes(draft, (bytes) => bytes.subarray(0, Math.floor(bytes.length * share)))
  },
  'bits flipped': (draft, random) => {
    const places = [random.below(10_000), random.below(10_000)]
    const bit = 1 << random.below(8)
    changeBytes(draft, (bytes) => {
      const changed = Buffer.from(bytes)
      for (const place of places) {
        const at = Math.floor((place / 10_000) * changed.length)
        changed[at] = changed[at]! ^ bit
      }
      return changed
    })
  },
  'not HTTP': (draft, random) => {
    const bytes = random.bytes(random.pick([1, 20, 300]))
    changeBytes(draft, () => bytes)
  },
} as const satisfies Record<string, RequestStep>
