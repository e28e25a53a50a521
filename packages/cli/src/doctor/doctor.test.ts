import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, RequestListener } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AccessTokenError, createVerifier, toChallenge } from '@sallyport/core'
import { createTestIssuer, startTestIssuer } from '@sallyport/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cli } from '../cli.test.support.ts'
import { makeCertificate, serve, serveTls } from './server.test.support.ts'

interface Report {
  readonly ok: boolean
  readonly kind: string
  readonly findings: readonly {
    readonly section: string
    readonly level: string
    readonly check: string
    readonly message: string
  }[]
}

async function examined(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await cli(['doctor', '--json', ...args])
  const report = stdout === '' ? undefined : (JSON.parse(stdout) as Report)
  const found = report?.findings?.map(({ level, check }) => `${level} ${check}`) ?? []
  return { exitCode, report, found, stderr }
}

/** An API as it should be. */
async function goodApi(): Promise<RequestListener> {
  const as = await createTestIssuer()
  const verifier = createVerifier(as.verifierOptions)
  return (request, response) => {
    verifier.authenticate(request).then(
      ({ subject }) => response.end(`Hello ${subject}`),
      (error: unknown) => {
        const { status, headers, body } = toChallenge(error as AccessTokenError)
        const fields = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' }
        response.writeHead(status, { ...headers, ...fields }).end(JSON.stringify(body))
      },
    )
  }
}

describe('sallyport doctor, an authorization server', () => {
  it('finds nothing wrong with a good one, and says what is good', async () => {
    const as = await startTestIssuer()
    onTestFinished(() => as.close())
    const { exitCode, stdout } = await cli(['doctor', as.issuer])
    expect(exitCode).toBe(0)
    for (const line of [
      'Authorization server · ',
      '✓ Its clock and the one of this machine agree.',
      '✓ Found at /.well-known/oauth-authorization-server (RFC 8414).',
      '✓ Found at /.well-known/openid-configuration (OpenID Connect).',
      `✓ Its issuer is ${as.issuer}.`,
      '(ES256, EC P-256): usable.',
      '✓ Its keys may be cached for 5 min.',
      'no problems, no warnings',
    ]) {
      expect(stdout).toContain(line)
    }
  })

  it('understands the address of the metadata itself', async () => {
    const as = await startTestIssuer()
    onTestFinished(() => as.close())
    const { exitCode, report } = await examined(`${as.issuer}/.well-known/openid-configuration`)
    expect({ exitCode, kind: report?.kind }).toEqual({ exitCode: 0, kind: 'authorization-server' })
  })

  const documents =
    (metadata: (origin: string) => object, keys: string | number = '{"keys":[]}'): RequestListener =>
    (request, response) => {
      const origin = `http://${request.headers.host}`
      if (request.url === '/.well-known/openid-configuration') return response.end(JSON.stringify(metadata(origin)))
      if (request.url !== '/jwks') return response.writeHead(404).end()
      return typeof keys === 'number' ? response.writeHead(keys).end() : response.end(keys)
    }

  it.each<[string, (origin: string) => object, string | number, string]>([
    ['another issuer', () => ({ issuer: 'https://other.example' }), '', 'problem metadata.issuer'],
    ['no keys', (issuer) => ({ issuer, jwks_uri: `${issuer}/jwks` }), '{"keys":[]}', 'problem keys.none'],
    ['keys that cannot be fetched', (issuer) => ({ issuer, jwks_uri: `${issuer}/jwks` }), 500, 'problem keys.status'],
    ['keys that are no JSON', (issuer) => ({ issuer, jwks_uri: `${issuer}/jwks` }), '<html>', 'problem keys.form'],
    [
      'keys on plain http',
      (issuer) => ({ issuer, jwks_uri: 'http://as.example/jwks' }),
      '',
      'problem metadata.endpoints',
    ],
    [
      'keys where nobody listens',
      (issuer) => ({ issuer, jwks_uri: 'http://127.0.0.1:1/' }),
      '',
      'problem keys.unreachable',
    ],
    [
      'too many bytes of keys',
      (issuer) => ({ issuer, jwks_uri: `${issuer}/jwks` }),
      ' '.repeat(600_000),
      'problem keys.size',
    ],
  ])('is a problem, exit code 1, with %s', async (_, metadata, keys, finding) => {
    const { exitCode, report, found } = await examined(await serve(documents(metadata, keys)))
    expect(found).toContain(finding)
    expect({ exitCode, kind: report?.kind, ok: report?.ok }).toEqual({
      exitCode: 1,
      kind: 'authorization-server',
      ok: false,
    })
  })

  it('is a problem where its two documents differ', async () => {
    const origin = await serve((request, response) => {
      const issuer = `http://${request.headers.host}`
      const isOpenId = request.url?.includes('openid') === true
      response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/${isOpenId ? 'a' : 'b'}` }))
    })
    expect((await examined(origin)).found).toContain('problem metadata.agreement')
  })

  it('is asked for with --as, and a problem where there is no metadata', async () => {
    const { exitCode, found } = await examined(await serve((_, response) => void response.writeHead(404).end()), '--as')
    expect(exitCode).toBe(1)
    expect(found).toContain('problem metadata.missing')
  })

  it('tells a clock that is wrong, by how much', async () => {
    const as = await startTestIssuer()
    onTestFinished(() => as.close())
    const { stdout } = await cli(['doctor', '--json', as.issuer], { now: Date.now() - 120_000 })
    const skew = (JSON.parse(stdout) as Report).findings.find(({ check }) => check === 'clock.skew')
    expect(skew).toMatchObject({ level: 'problem', message: 'Its clock is 2 min ahead of the one of this machine.' })
    const { stdout: slightly } = await cli(['doctor', '--json', as.issuer], { now: Date.now() + 15_000 })
    expect((JSON.parse(slightly) as Report).findings.find(({ check }) => check === 'clock.skew')?.level).toBe('warning')
  })
})

describe('sallyport doctor, an API', () => {
  it('finds nothing wrong with one that Sallyport protects', async () => {
    const { exitCode, report, found } = await examined(`${await serve(await goodApi())}/reports`)
    expect({ exitCode, kind: report?.kind }).toEqual({ exitCode: 0, kind: 'api' })
    expect(found.filter((finding) => /^(warning|problem)/.test(finding))).toEqual([])
    for (const check of ['missing_token', 'form', 'made_up_token', 'unsigned_token', 'malformed_credential']) {
      expect(found).toContain(`ok challenge.${check}`)
    }
  })

  const challenge = (request: IncomingMessage) =>
    request.headers.authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"'
  /** A good API, but for some header fields. */
  const refusing =
    (fields: (request: IncomingMessage) => Record<string, string | string[]>, body = '{}'): RequestListener =>
    (request, response) => {
      const good = {
        'www-authenticate': challenge(request),
        'cache-control': 'no-store',
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
      }
      response.writeHead(401, { ...good, ...fields(request) }).end(body)
    }
  const withStatus =
    (status: (request: IncomingMessage) => number): RequestListener =>
    (request, response) => {
      response.writeHead(status(request), { 'www-authenticate': challenge(request) }).end()
    }
  const stranger = ({ headers }: IncomingMessage) => headers.origin ?? ''
  const isUnsigned = ({ headers }: IncomingMessage) => headers.authorization?.startsWith('Bearer eyJ') === true

  it.each<[string, RequestListener, string]>([
    ['lets everybody in', withStatus(() => 200), 'problem challenge.missing_token'],
    [
      'lets everybody in who has any token',
      withStatus(({ headers }) => (headers.authorization === undefined ? 401 : 200)),
      'problem challenge.made_up_token',
    ],
    [
      'takes tokens that nobody signed',
      withStatus((request) => (isUnsigned(request) ? 200 : 401)),
      'problem challenge.unsigned_token',
    ],
    ['fails without a token', withStatus(() => 500), 'problem challenge.missing_token'],
    [
      'fails with a bad token',
      withStatus(({ headers }) => (headers.authorization === undefined ? 401 : 500)),
      'problem challenge.made_up_token',
    ],
    ['redirects to a login page', withStatus(() => 302), 'warning challenge.missing_token'],
    ['forbids instead of asking', withStatus(() => 403), 'warning challenge.missing_token'],
    ['is not there', withStatus(() => 404), 'warning challenge.missing_token'],
    [
      'cannot reach its issuer',
      withStatus(({ headers }) => (headers.authorization === undefined ? 401 : 503)),
      'warning challenge.made_up_token',
    ],
    ['has no challenge', (_, response) => void response.writeHead(401).end(), 'warning challenge.form'],
    [
      'has a challenge that is none',
      refusing(() => ({ 'www-authenticate': 'Bearer realm="open' })),
      'warning challenge.form',
    ],
    [
      'has a challenge of another kind',
      refusing(() => ({ 'www-authenticate': 'Basic realm="x"' })),
      'warning challenge.form',
    ],
    [
      'names an error though no token came',
      refusing(() => ({ 'www-authenticate': 'Bearer error="invalid_token"' })),
      'note challenge.form',
    ],
    ['does not say that a token is bad', refusing(() => ({ 'www-authenticate': 'Bearer' })), 'warning challenge.error'],
    [
      'reads tokens from the query',
      refusing(({ url }) =>
        url?.includes('access_token=') === true ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {},
      ),
      'warning challenge.query_token',
    ],
    [
      'repeats tokens',
      refusing(({ headers }) => ({
        'www-authenticate': `Bearer error="invalid_token", error_description="${headers.authorization ?? ''}"`,
      })),
      'warning challenge.echo',
    ],
    [
      'shows a stack trace',
      refusing(() => ({}), '{"stack":"Error: x\\n    at verify (/app/node_modules/a.js:1:2)"}'),
      'warning answers.stack',
    ],
    ['lets caches keep errors', refusing(() => ({ 'cache-control': 'public' })), 'warning answers.caching'],
    ['answers with pages', refusing(() => ({ 'content-type': 'text/html' })), 'note answers.form'],
    ['lets browsers guess', refusing(() => ({ 'x-content-type-options': '' })), 'warning answers.nosniff'],
    ['tells what it is made of', refusing(() => ({ 'x-powered-by': 'Express' })), 'note answers.software'],
    ['sets a bare cookie', refusing(() => ({ 'set-cookie': 'session=1' })), 'problem cookies.attributes'],
    [
      'sets a bare cookie that is no session',
      refusing(() => ({ 'set-cookie': 'theme=1' })),
      'warning cookies.attributes',
    ],
    [
      'sets a cookie for other sites',
      refusing(() => ({ 'set-cookie': '__Host-a=1; Secure; HttpOnly; SameSite=None; Path=/' })),
      'warning cookies.same_site',
    ],
    [
      'sets a cookie for subdomains',
      refusing(() => ({ 'set-cookie': 'a=1; Secure; HttpOnly; SameSite=Lax; Domain=b.example' })),
      'warning cookies.domain',
    ],
    [
      'sets a cookie that others may set',
      refusing(() => ({ 'set-cookie': 'a=1; Secure; HttpOnly; SameSite=Lax' })),
      'warning cookies.prefix',
    ],
    [
      'sets a good cookie',
      refusing(() => ({ 'set-cookie': '__Host-a=1; Path=/; secure; httponly; samesite=lax' })),
      'ok cookies.attributes',
    ],
    [
      'allows every origin with cookies',
      refusing((request) => ({
        'access-control-allow-origin': stranger(request),
        'access-control-allow-credentials': 'true',
      })),
      'problem cors.reflection',
    ],
    [
      'allows every origin',
      refusing((request) => ({ 'access-control-allow-origin': stranger(request) })),
      'warning cors.reflection',
    ],
    [
      'allows the origin null with cookies',
      refusing(() => ({ 'access-control-allow-origin': 'null', 'access-control-allow-credentials': 'true' })),
      'problem cors.null',
    ],
    [
      'allows all origins without cookies',
      refusing(() => ({ 'access-control-allow-origin': '*' })),
      'note cors.wildcard',
    ],
    [
      'allows no other origin',
      refusing(() => ({ 'access-control-allow-origin': 'https://app.example' })),
      'ok cors.none',
    ],
  ])('that %s is told so', async (_, listener, finding) => {
    const { exitCode, found, report } = await examined(await serve(listener))
    expect(found).toContain(finding)
    expect(report?.kind).toBe('api')
    expect(exitCode).toBe(found.some((one) => one.startsWith('problem')) ? 1 : 0)
  })

  it('finds what it says about itself (RFC 9728)', async () => {
    const api = refusing(({ headers }) => ({
      'www-authenticate': `Bearer resource_metadata="http://${headers.host}/.well-known/oauth-protected-resource"`,
    }))
    const origin = await serve((request, response) => {
      if (request.url !== '/.well-known/oauth-protected-resource') return api(request, response)
      response.end(
        JSON.stringify({ resource: `http://${request.headers.host}/`, authorization_servers: ['https://as.example'] }),
      )
    })
    const { found, report } = await examined(`${origin}/reports`)
    expect(found).toContain('ok resource.identifier')
    expect(report?.findings.find(({ check }) => check === 'resource.servers')?.message).toBe(
      'It trusts https://as.example.',
    )
  })

  it('sends no request to another origin, wherever it is sent', async () => {
    const others: string[] = []
    const other = await serve(({ url }, response) => {
      others.push(url ?? '')
      response.end('{}')
    })
    const location = { location: `${other}/stolen`, 'www-authenticate': `Bearer resource_metadata="${other}/stolen"` }
    const origin = await serve((_, response) => void response.writeHead(302, location).end())
    await examined(origin)
    await examined(origin, '--as')
    expect(others).toEqual([])
  })

  it('sends nothing of the user, and only made-up tokens', async () => {
    const seen: IncomingMessage[] = []
    const origin = await serve((request, response) => {
      seen.push(request)
      response.writeHead(401).end()
    })
    await cli(['doctor', `${origin}/reports?a=b`], { env: { TOKEN: 'secret', SALLYPORT_KEY_SECRET: 'secret' } })
    expect(seen.length).toBeLessThan(20)
    for (const { headers, method } of seen) {
      expect(['GET', 'OPTIONS']).toContain(method)
      expect(headers.cookie).toBeUndefined()
      const token = headers.authorization?.replace(/^Bearer /, '') ?? ''
      const isMadeUp = token === '' || token.includes('sallyport-doctor') || isUnsignedToken(token)
      expect(isMadeUp, token).toBe(true)
    }

    function isUnsignedToken(token: string): boolean {
      return token.endsWith('.') && Buffer.from(token.split('.')[0] ?? '', 'base64url').includes('"none"')
    }
  })
})

describe('a server that is hostile', () => {
  it('LOG-3: gets no control characters onto the terminal', async () => {
    const evil = '\u009b2J\u00a0\u00ad'
    const origin = await serve((_, response) => {
      const fields = { 'x-powered-by': evil, 'set-cookie': `a${evil}=1`, server: `1${evil}` }
      response
        .writeHead(200, fields)
        .end(JSON.stringify({ issuer: '\u001b[2J\r\n✓\u202e', jwks_uri: '\u001b]0;x\u0007' }))
    })
    for (const args of [[origin], [origin, '--api'], [origin, '--json'], [origin, '--api', '--json']]) {
      const { stdout, stderr } = await cli(['doctor', ...args])
      expect(stdout + stderr).toMatch(/^[^\p{C}]*(\n[^\p{C}]*)*$/u)
    }
  })

  it('is left alone after the time-out, when it does not answer or drips', async () => {
    const drips = new Set<NodeJS.Timeout>()
    onTestFinished(() => drips.forEach(clearInterval))
    const silent: RequestListener = () => {}
    const dripping: RequestListener = (_, response) => void drips.add(setInterval(() => response.write(' '), 50))
    const examine = async (listener: RequestListener) => examined(await serve(listener), '--api', '--timeout', '1')
    for (const { exitCode, stderr } of await Promise.all([silent, dripping].map(examine))) {
      expect(exitCode).toBe(3)
      expect(stderr).toContain('no answer in 1 s')
    }
  })

  it('cannot make it read without end', async () => {
    let sent = 0
    const origin = await serve((_, response) => {
      const chunk = Buffer.alloc(65_536, ' ')
      const more = () => {
        while (!response.destroyed && sent < 64_000_000) {
          sent += chunk.length
          if (!response.write(chunk)) return
        }
      }
      response.on('drain', more)
      more()
    })
    await examined(origin, '--as')
    expect(sent).toBeLessThan(32_000_000)
  })

  it('that speaks no HTTP is a problem, not a crash', async () => {
    const origin = await serve(({ socket }) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    const { exitCode, found } = await examined(origin, '--api')
    expect(found).toContain('problem answers.missing')
    expect(exitCode).toBe(1)
  })
})

describe('TLS', () => {
  const trusting = (cert: string) => {
    const directory = mkdtempSync(join(tmpdir(), 'sallyport-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const path = join(directory, 'ca.pem')
    writeFileSync(path, cert)
    return ['--ca', path]
  }

  it('is good with a version and a certificate of today', async () => {
    const { cert, key } = makeCertificate(90)
    const origin = await serveTls({ cert, key }, await goodApi())
    const { found, report } = await examined(origin, ...trusting(cert))
    expect(found).toEqual(expect.arrayContaining(['ok tls.version', 'ok tls.expiry', 'warning tls.hsts']))
    expect(report?.findings.find(({ check }) => check === 'tls.expiry')?.message).toContain('in 90 days')
    expect(found).not.toContain('problem tls.certificate')
  })

  it.each([
    ['is not trusted', 90, false, 'problem tls.certificate'],
    ['has expired', -2, true, 'problem tls.expiry'],
    ['expires soon', 5, true, 'warning tls.expiry'],
  ])('has a finding where the certificate %s', async (_, days, isTrusted, finding) => {
    const { cert, key } = makeCertificate(days)
    const origin = await serveTls({ cert, key }, await goodApi())
    const { exitCode, found } = await examined(origin, ...(isTrusted ? trusting(cert) : []))
    expect(found).toContain(finding)
    expect(exitCode).toBe(finding.startsWith('problem') ? 1 : 0)
  })

  it('has a finding where its version is out of date', async () => {
    const { cert, key } = makeCertificate(90)
    const old = { cert, key, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
    const { exitCode, found } = await examined(await serveTls(old, await goodApi()))
    expect(found).toContain('problem tls.version')
    expect(exitCode).toBe(1)
  })

  it('is missed where there is none', async () => {
    const { found } = await examined(await serve(await goodApi()))
    expect(found).toContain('note tls.missing')
  })
})

describe('an address', () => {
  it('that nobody answers at is a fault, exit code 3', async () => {
    const probe = connect(1, '127.0.0.1').on('error', () => {})
    onTestFinished(() => void probe.destroy())
    const { exitCode, stderr } = await examined('http://127.0.0.1:1')
    expect(exitCode).toBe(3)
    expect(stderr).toContain('ECONNREFUSED')
  })

  it.each([
    ['as.example', 'Did you mean https://as.example?'],
    ['ftp://as.example', 'Give an https URL.'],
    ['https://user:secret@as.example', 'user name or password'],
  ])('%s is asked for again', async (address, message) => {
    const { exitCode, stderr } = await examined(address)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('secret@')
  })

  it.each([
    [['--as', '--api'], 'exclude each other'],
    [['--timeout', '0'], '1 to 60'],
    [['--ca', 'missing.pem'], 'missing.pem cannot be read'],
  ])('with %j is asked for again', async (more, message) => {
    const { exitCode, stderr } = await examined('https://as.example', ...more)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(message)
  })
})
