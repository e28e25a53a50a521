import { createHash, createPublicKey } from 'node:crypto'
import type { Attack } from '../attack.ts'
import type { ApiName } from '../targets/apis.ts'
import { type Members } from '../world/compact.ts'
import { encryptFor } from '../world/encryption.ts'
import { selfSign } from '../world/certificate.ts'
import type { World } from '../world/world.ts'

type Embedding = readonly [name: string, source: string, header: (world: World) => Members]

const certificateOf = ({ keys }: World) => selfSign(keys.stranger.privateKey)

const embeddings: readonly Embedding[] = [
  ['jwk', 'CVE-2018-0114, RFC 7515 §4.1.3', ({ keys }) => ({ jwk: keys.stranger.publicJwk })],
  [
    'jwk without kid and alg',
    'CVE-2018-0114',
    ({ keys }) => ({ jwk: createPublicKey(keys.stranger.privateKey).export({ format: 'jwk' }) }),
  ],
  ['jku', 'RFC 7515 §4.1.2, RFC 8725 §3.10, CVE-2024-21643', ({ trap }) => ({ jku: `${trap.origin}/jwks` })],
  ['x5u', 'RFC 7515 §4.1.5, RFC 8725 §3.10', ({ trap }) => ({ x5u: `${trap.origin}/certificate.pem` })],
  ['x5c', 'RFC 7515 §4.1.6', (world) => ({ x5c: [certificateOf(world).toString('base64')] })],
  ['x5t', 'RFC 7515 §4.1.7', (world) => ({ x5t: createHash('sha1').update(certificateOf(world)).digest('base64url') })],
  [
    'x5t#S256 beside x5c',
    'RFC 7515 §4.1.8',
    (world) => ({
      x5c: [certificateOf(world).toString('base64')],
      'x5t#S256': createHash('sha256').update(certificateOf(world)).digest('base64url'),
    }),
  ],
  [
    'all of them at once',
    'RFC 8725 §3.10',
    (world) => ({
      jwk: world.keys.stranger.publicJwk,
      jku: `${world.trap.origin}/jwks`,
      x5u: `${world.trap.origin}/x5u`,
      x5c: [certificateOf(world).toString('base64')],
    }),
  ],
]

function embedded(api: ApiName, [name, source, header]: Embedding): Attack[] {
  const attempt = {
    attacker: 'Signs with a key of its own, and lets the header say where that key is.',
    source,
    proves: ['JOSE-6'],
    api,
  }
  return [
    {
      ...attempt,
      name: `a stranger's token with ${name}, under the kid of the issuer's key, at the API "${api}"`,
      expected: [401, 'signature_invalid'],
      token: (world) => world.token({ key: world.keys.stranger, header: { kid: 'ec', ...header(world) } }),
    },
    {
      ...attempt,
      name: `a stranger's token with ${name}, under the stranger's kid, at the API "${api}"`,
      expected: [401, 'key_unknown'],
      token: (world) => world.token({ key: world.keys.stranger, header: header(world) }),
    },
  ]
}

/** Tokens that bring their own key along, or say where to fetch it: the trap must stay unvisited. */
export const embeddedKeys: readonly Attack[] = [
  ...(['standard', 'discovered'] as const).flatMap((api) =>
    embeddings.flatMap((embedding) => embedded(api, embedding)),
  ),
  {
    name: "a stranger's token whose iss is the stranger's own server",
    attacker:
      'Lets the API look for the keys of an issuer that it never heard of, on a server that the attacker chose.',
    source: 'RFC 8725 §3.10, CWE-918',
    proves: ['CLAIM-9'],
    api: 'discovered',
    expected: [401, 'issuer_refused'],
    token: ({ token, keys, trap }) => token({ key: keys.stranger, claims: { iss: trap.origin } }),
  },
  {
    name: "a stranger's token whose kid is a URL",
    attacker: 'Lets the kid say where the key is.',
    source: 'RFC 7515 §4.1.4, CWE-918',
    proves: ['JOSE-8'],
    api: 'discovered',
    expected: [401, 'key_unknown'],
    token: ({ token, keys, trap }) => token({ key: keys.stranger, header: { kid: `${trap.origin}/key` } }),
  },
  {
    name: 'an encrypted token whose inner header has jku',
    attacker: 'Hides the address of its key inside the encryption, where nothing in front of the API sees it.',
    source: 'RFC 8725 §3.10',
    proves: ['JOSE-6'],
    api: 'encrypted',
    expected: [401, 'key_unknown'],
    token: ({ token, keys, trap }) =>
      encryptFor('ECDH-ES', token({ key: keys.stranger, header: { jku: `${trap.origin}/jwks` } })),
  },
]
