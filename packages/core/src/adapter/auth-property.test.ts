import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { audience, issuer, makeKey, mint } from '../mint.test.support.ts'
import { showAuthentication } from './auth-property.ts'
import { createGate } from './index.ts'

type Shown = IncomingMessage & { auth?: unknown }

const key = makeKey('ES256')
const gate = createGate({ issuer, audience, jwks: { keys: [key.publicJwk] } })
const authorization = `Bearer ${await mint(key)}`

/** A request as Node.js makes it, and as a framework puts a prototype of its own before Node's. */
function requestWith(authorizationField: string, prototype: object = IncomingMessage.prototype): Shown {
  const request = new IncomingMessage(new Socket())
  request.method = 'GET'
  request.rawHeaders = ['Authorization', authorizationField]
  return Object.setPrototypeOf(request, prototype) as Shown
}

async function admitted(prototype?: object) {
  const request = requestWith(authorization, prototype)
  const authentication = await gate.admit(request)
  return { request, authentication }
}

describe('request.auth', () => {
  const frameworkPrototype = () => Object.create(IncomingMessage.prototype) as object

  it.each([
    ['Node.js', () => undefined],
    ['a framework with a prototype', frameworkPrototype],
    ['an application in an application', () => Object.create(frameworkPrototype()) as object],
    ['a prototype that cannot be extended', () => Object.freeze(frameworkPrototype())],
  ])('shows the authentication to %s', async (_, makePrototype) => {
    const prototype = makePrototype()
    for (let requests = 0; requests < 2; requests++) {
      const { request, authentication } = await admitted(prototype)
      showAuthentication(request, authentication)
      expect(request.auth).toBe(authentication)
      expect(authentication?.subject).toBe('user-1')
    }
  })

  it('leaves the prototype of Node.js alone', async () => {
    const { request, authentication } = await admitted()
    showAuthentication(request, authentication)
    expect('auth' in IncomingMessage.prototype).toBe(false)
    expect(Object.hasOwn(request, 'auth')).toBe(true)
  })

  it('adds nothing to a request of a framework, and shows nothing at those that nobody admitted', async () => {
    const prototype = frameworkPrototype()
    const { request, authentication } = await admitted(prototype)
    showAuthentication(request, authentication)
    expect(Object.hasOwn(request, 'auth')).toBe(false)
    expect(requestWith(authorization, prototype).auth).toBeUndefined()
  })

  it('takes the place of what something else put there', async () => {
    for (const prototype of [
      undefined,
      frameworkPrototype(),
      { __proto__: IncomingMessage.prototype, auth: 'other' },
    ]) {
      for (const other of ['other', undefined]) {
        const { request, authentication } = await admitted(prototype)
        request.auth = other
        showAuthentication(request, authentication)
        expect(request.auth).toBe(authentication)
        showAuthentication(request, undefined)
        expect(request.auth).toBeUndefined()
      }
    }
  })

  it('can be assigned to', async () => {
    const { request, authentication } = await admitted(frameworkPrototype())
    showAuthentication(request, authentication)
    request.auth = 'mine'
    expect(request.auth).toBe('mine')
  })

  it('is an ordinary property where two copies of this module meet', async () => {
    const prototype = Object.defineProperty(frameworkPrototype(), 'auth', {
      get: () => undefined,
      set(value: unknown) {
        Object.defineProperty(this, 'auth', { writable: true, value })
      },
    })
    const { request, authentication } = await admitted(prototype)
    showAuthentication(request, authentication)
    expect(request.auth).toBe(authentication)
  })
})
