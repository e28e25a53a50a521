import type { Attack } from '../attack.ts'
import type { World } from '../world/world.ts'

const host = 'Host: api.example\r\n'
const close = 'Connection: close\r\n'
const authorization = (world: World) => `Authorization: Bearer ${world.token()}\r\n`

/** Attacks on HTTP itself, as bytes: nothing between the attacker and the API repairs them. */
export const wire: readonly Attack[] = [
  {
    name: 'a request hidden in the body of one without a credential',
    attacker: 'Hopes that the body is taken for the next request of somebody else.',
    source: 'CWE-444, RFC 9112 §11.2',
    proves: ['CHAL-1'],
    expected: [401, 'credential_missing'],
    bytes: (world) => {
      const hidden = `GET /reports HTTP/1.1\r\n${host}${authorization(world)}\r\n`
      return `POST /reports HTTP/1.1\r\n${host}${close}Content-Length: ${hidden.length}\r\n\r\n${hidden}`
    },
  },
  {
    name: 'Content-Length beside Transfer-Encoding',
    attacker: 'Lets a gateway go by one length and the API by the other.',
    source: 'RFC 9112 §6.1, CVE-2022-32213',
    proves: [],
    expected: [400, 'by Node.js'],
    bytes: (world) =>
      `POST /reports HTTP/1.1\r\n${host}${close}${authorization(world)}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
  {
    name: 'two different Content-Lengths',
    attacker: 'Lets a gateway go by one length and the API by the other.',
    source: 'RFC 9112 §6.3',
    proves: [],
    expected: [400, 'by Node.js'],
    bytes: (world) =>
      `POST /reports HTTP/1.1\r\n${host}${close}${authorization(world)}Content-Length: 0\r\nContent-Length: 9\r\n\r\nsmuggled!`,
  },
  {
    name: 'a space before the colon of Authorization',
    attacker: 'Names a field that a gateway does not see, and the API does.',
    source: 'RFC 9112 §5.1, CVE-2019-16276',
    proves: [],
    expected: [400, 'by Node.js'],
    bytes: (world) => `GET /reports HTTP/1.1\r\n${host}${close}${authorization(world).replace(':', ' :')}\r\n`,
  },
  {
    name: 'a null byte in Authorization',
    attacker: 'Ends the token early for readers in C.',
    source: 'RFC 9110 §5.5',
    proves: [],
    expected: [400, 'by Node.js'],
    bytes: (world) => `GET /reports HTTP/1.1\r\n${host}${close}Authorization: Bearer ${world.token()}\0x\r\n\r\n`,
  },
  {
    name: 'a bare line feed that would start another field',
    attacker: 'Writes a second field into the value of the first.',
    source: 'RFC 9112 §2.2, CVE-2023-30589',
    proves: [],
    expected: [400, 'by Node.js'],
    bytes: (world) => `GET /reports HTTP/1.1\r\n${host}${close}X: y\rAuthorization: Bearer ${world.token()}\r\n\r\n`,
  },
  {
    name: 'a folded Authorization field',
    attacker: 'Continues the field on the next line, as HTTP once allowed: two readers, two values.',
    source: 'RFC 9112 §5.2',
    proves: [],
    expected: [400, 'by Node.js'],
    bytes: (world) => `GET /reports HTTP/1.1\r\n${host}${close}Authorization: Bearer\r\n\t${world.token()}\r\n\r\n`,
  },
  {
    name: 'the token in a trailer',
    attacker: 'Sends the credential after the body, when it is no longer looked for, or is joined to the header.',
    source: 'RFC 9110 §6.5.1',
    proves: ['CHAL-1'],
    expected: [401, 'credential_missing'],
    bytes: (world) =>
      `POST /reports HTTP/1.1\r\n${host}${close}Transfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n0\r\n${authorization(world)}\r\n`,
  },
  {
    name: 'a second request of a connection, without a credential',
    attacker: 'Shares a connection with somebody whose request was good.',
    source: 'RFC 9112 §9.3',
    proves: ['CHAL-1'],
    expected: [401, 'credential_missing'],
    good: 1,
    bytes: (world) =>
      `GET /reports HTTP/1.1\r\n${host}${authorization(world)}\r\nGET /reports HTTP/1.1\r\n${host}${close}\r\n`,
  },
  {
    name: "a third request of a connection, with a stranger's token after two good ones",
    attacker: 'Shares a connection, and pipelines.',
    source: 'RFC 9112 §9.3.2',
    proves: ['JOSE-12'],
    expected: [401, 'signature_invalid'],
    good: 2,
    bytes: (world) => {
      const good = `GET /reports HTTP/1.1\r\n${host}${authorization(world)}\r\n`
      const forged = world.token({ key: world.keys.stranger, header: { kid: 'ec' } })
      return `${good}${good}GET /reports HTTP/1.1\r\n${host}${close}Authorization: Bearer ${forged}\r\n\r\n`
    },
  },
  {
    name: 'a flood of 3,000 fields before the good Authorization',
    attacker: 'Sends so many fields that Node.js leaves out the last ones: nobody can say what they were.',
    source: 'CWE-770',
    proves: ['CRED-1'],
    expected: [400, 'credential_malformed'],
    bytes: (world) => `GET /reports HTTP/1.1\r\n${host}${close}${'a:\r\n'.repeat(3_000)}${authorization(world)}\r\n`,
  },
  {
    name: 'a second Authorization behind a flood of 3,000 fields',
    attacker: 'Hides the second field where Node.js leaves fields out.',
    source: 'CWE-770',
    proves: ['CRED-2'],
    expected: [400, 'credential_malformed'],
    bytes: (world) =>
      `GET /reports HTTP/1.1\r\n${host}${close}Authorization: Bearer x.y.z\r\n${'a:\r\n'.repeat(3_000)}${authorization(world)}\r\n`,
  },
  {
    name: '400 Authorization fields',
    attacker: 'Makes every one be looked at.',
    source: 'CWE-770',
    proves: ['CRED-2'],
    expected: [400, 'credential_ambiguous'],
    bytes: () => `GET /reports HTTP/1.1\r\n${host}${close}${'Authorization: x\r\n'.repeat(400)}\r\n`,
  },
  {
    name: 'a token of 20,000 characters',
    attacker: 'Sends more than Node.js takes for a header at all.',
    source: 'CWE-770, CVE-2018-12121',
    proves: [],
    expected: [431, 'by Node.js'],
    bytes: () => `GET /reports HTTP/1.1\r\n${host}${close}Authorization: Bearer ${'A'.repeat(20_000)}\r\n\r\n`,
  },
  {
    name: 'the credential before the host in the request target',
    attacker: 'Writes user name and password into an absolute target.',
    source: 'RFC 9112 §3.2.2, RFC 3986 §3.2.1',
    proves: ['CHAL-1'],
    expected: [401, 'credential_missing'],
    bytes: (world) => `GET http://bearer:${world.token()}@api.example/reports HTTP/1.1\r\n${host}${close}\r\n`,
  },
]
