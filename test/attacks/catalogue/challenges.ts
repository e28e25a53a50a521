import type { Attack } from '../attack.ts'

/** Text that would break out of a quoted string, a header line or a page, if it were echoed anywhere. */
const injection = 'x", error="y\r\nSet-Cookie: pwned=1\r\n\r\n<script>pwned()</script>\u001b[31m'

const attempt = {
  attacker: 'Writes quotes, line breaks and markup where a careless refusal repeats what it refuses.',
  source: 'CWE-113, CWE-79, CWE-117, RFC 6750 §3',
  proves: ['CHAL-2', 'CHAL-3'],
} as const

/** Refusals that would repeat what the attacker wrote. */
export const challenges: readonly Attack[] = [
  {
    ...attempt,
    name: 'a kid that would break the challenge',
    expected: [401, 'key_unknown'],
    token: ({ token }) => token({ header: { kid: injection } }),
  },
  {
    ...attempt,
    name: 'an alg that would break the challenge',
    expected: [401, 'algorithm_refused'],
    token: ({ token }) => token({ header: { alg: injection } }),
  },
  {
    ...attempt,
    name: 'a typ that would break the challenge',
    expected: [401, 'token_type_refused'],
    token: ({ token }) => token({ header: { typ: injection } }),
  },
  {
    ...attempt,
    name: 'an iss that would break the challenge',
    expected: [401, 'issuer_refused'],
    token: ({ token }) => token({ claims: { iss: injection } }),
  },
  {
    ...attempt,
    name: 'an aud that would break the challenge',
    expected: [401, 'audience_refused'],
    token: ({ token }) => token({ claims: { aud: [injection] } }),
  },
  {
    ...attempt,
    name: 'a scope that would break the challenge',
    path: '/admin',
    expected: [403, 'scope_insufficient'],
    token: ({ token }) => token({ claims: { scope: injection } }),
  },
  {
    ...attempt,
    name: 'a header member that would break the challenge',
    expected: [401, 'token_malformed'],
    token: ({ token }) => token({ header: { crit: [injection] } }),
  },
  {
    ...attempt,
    name: 'a realm, a host and a path that would break the challenge',
    expected: [401, 'credential_missing'],
    request: () => ({
      path: '/reports?pwned="%0d%0aSet-Cookie:pwned=1<script>',
      headers: [
        ['Host', 'pwned.example'],
        ['X-Forwarded-Host', 'pwned", error="x'],
        ['X-Forwarded-Proto', 'pwned'],
        ['Forwarded', 'host="pwned"'],
      ],
    }),
  },
  {
    ...attempt,
    name: 'a credential that would break the challenge',
    expected: [400, 'credential_malformed'],
    request: () => ({ headers: [['Authorization', 'Bearer pwned", error="<script>pwned()</script>']] }),
  },
]
