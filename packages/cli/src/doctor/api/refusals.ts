import { type Finding, note, ok, problem, warning } from '../finding.ts'
import type { Answer } from '../transport/index.ts'
import { type ChallengeField, parseChallenges } from './challenge.ts'
import { madeUpToken, type Probes } from './probes.ts'

/** What is found in how an API refuses (RFC 6750 §3). */
export function judgeRefusals(probes: Probes): readonly Finding[] {
  const { bare, madeUp, unsigned, malformed, query } = probes
  return [
    ...judgeMissing(bare),
    ...judgeBad('challenge.made_up_token', 'a made-up token', madeUp, bare),
    ...judgeBad('challenge.unsigned_token', 'a token that nobody has signed (alg none)', unsigned, bare),
    ...judgeMalformed(malformed, bare),
    ...judgeQuery(query),
    ...judgeEcho([madeUp, query]),
  ]
}

function judgeMissing(answer: Answer): readonly Finding[] {
  const check = 'challenge.missing_token'
  const { status } = answer
  if (status === 401) return [ok(check, 'Without a token it answers 401.'), ...judgeChallenge(answer, undefined)]
  if (isSuccess(status)) {
    const advice =
      'If that is no public route, protect it: everybody can read it. Else give the URL of a protected one.'
    return [problem(check, `Without a token it answers ${status}: everybody gets in.`, advice)]
  }
  if (status >= 500) return [problem(check, `Without a token it fails: ${status}.`, 'Answer 401 with a challenge.')]
  if (status >= 300 && status < 400) {
    const advice = 'Answer 401 with a challenge: programs cannot log in on a page.'
    return [warning(check, `Without a token it redirects (${status}).`, advice)]
  }
  if (status === 404 || status === 405) {
    return [
      warning(check, `Without a token it answers ${status}.`, 'Give the URL of a protected route that takes GET.'),
    ]
  }
  return [warning(check, `Without a token it answers ${status}.`, 'Answer 401 with a challenge (RFC 6750 §3).')]
}

function judgeBad(check: string, what: string, answer: Answer, bare: Answer): readonly Finding[] {
  const { status } = answer
  // Where everybody gets in, the token was not looked at: that is said already.
  if (isSuccess(status) && isSuccess(bare.status)) return []
  if (isSuccess(status)) {
    const advice = 'Verify signature, issuer, audience and expiry of each token before anything else.'
    return [problem(check, `With ${what} it answers ${status}: it lets everybody in.`, advice)]
  }
  if (status === 401) return [ok(check, `With ${what} it answers 401.`), ...judgeChallenge(answer, 'invalid_token')]
  if (status === 503) {
    return [
      warning(check, `With ${what} it answers 503.`, 'Can it reach its issuer? sallyport doctor ISSUER tells more.'),
    ]
  }
  if (status >= 500) {
    return [problem(check, `With ${what} it fails: ${status}.`, 'Answer 401: a stranger must not cause errors.')]
  }
  if (status === 404 || status === 405) return []
  return [warning(check, `With ${what} it answers ${status}.`, 'Answer 401 with error="invalid_token".')]
}

function judgeMalformed({ status }: Answer, bare: Answer): readonly Finding[] {
  const check = 'challenge.malformed_credential'
  if (status === 400 || status === 401) return [ok(check, `With a malformed credential it answers ${status}.`)]
  if (isSuccess(status) && !isSuccess(bare.status)) {
    return [problem(check, `With a malformed credential it answers ${status}: it lets everybody in.`)]
  }
  if (status < 500) return []
  return [
    problem(check, `With a malformed credential it fails: ${status}.`, 'Answer 400 with error="invalid_request".'),
  ]
}

/** RFC 9700 §4.3.2: what is in an address is in histories and logs. */
function judgeQuery(answer: Answer): readonly Finding[] {
  const errors = challengesOf(answer)?.map(({ parameters }) => parameters.get('error')) ?? []
  if (!errors.includes('invalid_token')) return []
  const message = 'It reads tokens from the query (access_token): they get into histories and logs.'
  return [warning('challenge.query_token', message, 'Take them from the Authorization field only (RFC 9700 §4.3.2).')]
}

function judgeEcho(answers: readonly Answer[]): readonly Finding[] {
  const isEchoed = answers.some((answer) => {
    return answer.body.includes(madeUpToken) || answer.headers.all('www-authenticate').join().includes(madeUpToken)
  })
  if (!isEchoed) return []
  return [
    warning('challenge.echo', 'It repeats the token in its answer.', 'Tokens do not belong into bodies and logs.'),
  ]
}

function judgeChallenge(answer: Answer, expected: 'invalid_token' | undefined): readonly Finding[] {
  const check = expected === undefined ? 'challenge.form' : 'challenge.error'
  if (answer.headers.all('www-authenticate').length === 0) {
    const advice =
      expected === undefined ? 'WWW-Authenticate: Bearer' : 'WWW-Authenticate: Bearer error="invalid_token"'
    return [warning(check, '401 comes without a challenge (no WWW-Authenticate).', advice)]
  }
  const challenges = challengesOf(answer)
  if (challenges === undefined) {
    return [
      warning(
        check,
        'Its challenge does not follow the grammar (RFC 9110 §11.6.1).',
        'Quote the values, and escape " and \\.',
      ),
    ]
  }
  const own = challenges.filter(({ scheme }) => scheme === 'bearer' || scheme === 'dpop')
  if (own.length === 0) {
    return [warning(check, 'Its challenge is neither Bearer nor DPoP.', 'WWW-Authenticate: Bearer')]
  }
  return judgeError(own, expected)
}

function judgeError(challenges: readonly ChallengeField[], expected: 'invalid_token' | undefined): readonly Finding[] {
  const errors = challenges.flatMap(({ parameters }) => parameters.get('error') ?? [])
  if (expected === undefined) {
    const schemes = challenges.map(({ scheme }) => (scheme === 'dpop' ? 'DPoP' : 'Bearer')).join(' and ')
    if (errors.length === 0) return [ok('challenge.form', `Its challenge says what is wanted: ${schemes}.`)]
    const message = 'Its challenge names an error although no token came.'
    return [note('challenge.form', message, 'RFC 6750 §3.1: no error code for requests without a token.')]
  }
  if (errors.includes(expected) || errors.includes('use_dpop_nonce')) return []
  return [
    warning(
      'challenge.error',
      'Its challenge does not say that the token is bad.',
      `WWW-Authenticate: Bearer error="${expected}"`,
    ),
  ]
}

function challengesOf({ headers }: Answer): readonly ChallengeField[] | undefined {
  const parsed = headers.all('www-authenticate').map(parseChallenges)
  return parsed.some((challenges) => challenges === undefined)
    ? undefined
    : parsed.flatMap((challenges) => challenges ?? [])
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}
