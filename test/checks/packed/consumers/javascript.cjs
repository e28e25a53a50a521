// A user's program in JavaScript and CommonJS, as it is: nothing compiles it.
const assert = require('node:assert/strict')
const { AccessTokenError, ConfigurationError, createVerifier, toChallenge } = require('@sallyport/core')
const { createIssuer } = require('@sallyport/issuer')
const { createJwks } = require('@sallyport/jwks')
const { createTestIssuer } = require('@sallyport/testing')

async function main() {
  const as = await createTestIssuer({ audience: 'https://api.example', encrypted: { alg: 'dir' } })
  const verifier = createVerifier(as.verifierOptions)
  const { subject, scopes } = await verifier.verify(await as.mint({ subject: 'alice', scope: 'reports:read' }))
  assert.deepEqual([subject, scopes], ['alice', ['reports:read']])

  const error = await verifier.verify(await as.mint({ wrong: 'tampered' })).catch((thrown) => thrown)
  assert.ok(error instanceof AccessTokenError)
  assert.equal(toChallenge(error).status, 401)
  assert.throws(() => createVerifier({ issuer: 'as.example' }), ConfigurationError)

  const issuer = await createIssuer({ issuer: 'https://as.example' })
  const jwks = { keys: issuer.jwks().keys }
  const own = createVerifier({
    issuer: 'https://as.example',
    audience: 'https://api.example',
    jwks,
    profile: 'rfc9068',
  })
  const request = { subject: 'bob', clientId: 'client', audience: 'https://api.example' }
  assert.equal((await own.verify(await issuer.issueAccessToken(request))).subject, 'bob')
  assert.equal(typeof createJwks('https://as.example/jwks').find, 'function')

  // The same copy, whether it is required or imported: an instanceof holds across both.
  assert.equal((await import('@sallyport/core')).AccessTokenError, AccessTokenError)
  console.log('javascript: as expected')
}

void main()
