import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createVerifier, type RefusedEvent, type Verifier } from '@sallyport/core'
import type { Attack, Expected } from './attack.ts'
import { catalogue, misconfigurations } from './catalogue/index.ts'
import { expectRefusal } from './refusal.ts'
import { type ApiName, apiNames, apis } from './targets/apis.ts'
import { frameworkNames, frameworks, type RunningApis, startApis } from './targets/frameworks.ts'
import { codeOf, requestVerdict, tokenVerdict } from './targets/verifier.ts'
import { type Answer, exchange, requestBytes } from './targets/wire.ts'
import { attackTitle, citation, verifierName } from './title.ts'
import { createWorld, subject, type World } from './world/world.ts'

const groups = Object.entries(catalogue)

/** Far more than any attack needs, what else the process does included; far less than one that works would take. */
const maxCpuMs = 1_000

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

describe.each(frameworkNames)('an API in %s', (framework) => {
  let running: RunningApis
  beforeAll(async () => {
    running = await startApis(framework, world)
  })
  afterAll(() => running.close())

  describe.each(groups)('%s', (_, attacks) => {
    for (const attack of attacks) {
      it(attackTitle(framework, attack), async () => {
        const api = attack.api ?? 'standard'
        const port = running.port(api)
        const { answers, sent } = await send(attack, port)
        const good = answers.slice(0, -1)
        expect(good.map(({ status }) => status)).toEqual(good.map(() => 200))
        expectAnswer(answers.at(-1)!, attack.expected, sent)
        await expectGoodRequestToPass(api, port)
      })
    }
  })

  it('CHAL-8: answers the same, byte for byte, whatever was wrong inside the encryption', async () => {
    const secret = Object.values(catalogue)
      .flat()
      .filter(({ expected }) => expected[1] === 'decryption_failed')
    const texts = new Set<string>()
    for (const attack of secret) {
      const answer = (await send(attack, running.port('encrypted'))).answers.at(-1)!
      texts.add(JSON.stringify({ ...answer, headers: answer.headers.filter(([name]) => name !== 'date') }))
    }
    expect(secret.length).toBeGreaterThan(20)
    expect(texts.size).toBe(1)
  })

  it.each(misconfigurations)(`${framework} does not start with $name`, async ({ options, option }) => {
    await expect((async () => frameworks[framework]!(options(world)))()).rejects.toMatchObject({
      name: 'ConfigurationError',
      option,
    })
  })
})

describe('a verifier alone', () => {
  const verifiers = new Map<ApiName, Verifier>()
  beforeAll(() => {
    for (const name of apiNames) verifiers.set(name, createVerifier(apis[name].options(world)))
  })

  describe.each(groups.filter(([, attacks]) => attacks.some(needsNoHttp)))('%s', (_, attacks) => {
    for (const attack of attacks.filter(needsNoHttp)) {
      it(attackTitle(verifierName, attack), async () => {
        const api = attack.api ?? 'standard'
        const verifier = verifiers.get(api)!
        const { verdict, cpuMs } = await verdictOn(attack, verifier)
        expect(verdict).toBe(attack.expected[1] ?? 'accepted')
        expect(cpuMs).toBeLessThan(maxCpuMs)
        expect(await codeOf(verifier.verify(await apis[api].goodToken(world)))).toBe('accepted')
      })
    }
  })

  for (const { name, proves, options, option } of misconfigurations) {
    it(`${citation(proves)}${verifierName} does not take ${name}`, () => {
      expect(() => createVerifier(options(world))).toThrow(
        expect.objectContaining({ name: 'ConfigurationError', option }),
      )
    })
  }

  it.each([undefined, null, 1, ['a.b.c'], { toString: () => 'a.b.c' }, Buffer.from('a.b.c'), () => 'a.b.c'])(
    'JOSE-3: refuses %j, which is no text at all (CVE-2022-23529)',
    async (token) => {
      expect(await codeOf(verifiers.get('standard')!.verify(token as string))).toBe('token_malformed')
    },
  )

  it('LOG-3: tells nothing in its events that a log line or a terminal would obey', async () => {
    const verifier = verifiers.get('standard')!
    const events: RefusedEvent[] = []
    const end = verifier.subscribe((event) => event.type === 'refused' && events.push(event))
    const injections = catalogue['challenges']!.filter((attack) => 'token' in attack && attack.path === undefined)
    for (const attack of injections) await verdictOn(attack, verifier)
    end()
    expect(events.length).toBe(injections.length)
    expect(events.some(({ received }) => received?.includes('pwned'))).toBe(true)
    for (const event of events) for (const text of Object.values(event)) expect(String(text)).not.toMatch(/\p{Cc}/u)
  })
})

describe('after all attacks', () => {
  it('JOSE-6, CLAIM-9: nothing was fetched from where the attacker said', async () => {
    expect(world.trap.visits()).toEqual([])
    await fetch(`${world.trap.origin}/jwks`)
    expect(world.trap.visits()).toEqual(['GET /jwks'])
  })

  it('JOSE-3: no object of the process got a property that a token named', () => {
    const object: Record<string, unknown> = {}
    for (const name of ['polluted', 'isAdmin', 'aud', 'exp', 'scope']) expect(object[name]).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

function needsNoHttp(attack: Attack): boolean {
  return !('bytes' in attack)
}

/** Makes an attack over the wire. The last answer is the one to the attack itself. */
async function send(attack: Attack, port: number): Promise<{ answers: Answer[]; sent: string }> {
  const requests = await requestsOf(attack)
  const answers: Answer[] = []
  for (const bytes of requests) answers.push(...(await exchange(port, bytes)))
  const expected = requests.length + ('bytes' in attack ? (attack.good ?? 0) : 0)
  expect(answers.length, 'an answer to each request, and no more').toBe(expected)
  return { answers, sent: requests.at(-1)! }
}

async function requestsOf(attack: Attack): Promise<string[]> {
  if ('bytes' in attack) return [attack.bytes(world)]
  if ('request' in attack) return [requestBytes(attack.request(world))]
  const path = attack.path ?? '/reports'
  return (await tokensOf(attack)).map((token) => bearerRequest(token, path))
}

function bearerRequest(token: string, path = '/reports'): string {
  return requestBytes({ path, headers: [['Authorization', `Bearer ${token}`]] })
}

async function tokensOf({ token }: Extract<Attack, { token: unknown }>): Promise<readonly string[]> {
  const tokens = await token(world)
  return typeof tokens === 'string' ? [tokens] : tokens
}

function expectAnswer(answer: Answer, [status, code]: Expected, sent: string): void {
  if (code !== undefined && code !== 'by Node.js') {
    expectRefusal(answer, code, sent)
    return
  }
  expect(answer.status).toBe(status)
  if (status === 200) expect(JSON.parse(answer.body)).toEqual({ sub: subject })
}

async function expectGoodRequestToPass(api: ApiName, port: number): Promise<void> {
  const [answer] = await exchange(port, bearerRequest(await apis[api].goodToken(world)))
  expect(answer).toMatchObject({ status: 200, body: JSON.stringify({ sub: subject }) })
}

/** Makes an attack without HTTP; the time is that of the last verdict. */
async function verdictOn(attack: Attack, verifier: Verifier): Promise<{ verdict: string; cpuMs: number }> {
  if ('bytes' in attack) throw new Error('there are no bytes without HTTP')
  if ('request' in attack) {
    const request = attack.request(world)
    return measured(() => requestVerdict(verifier, request))
  }
  const tokens = await tokensOf(attack)
  for (const good of tokens.slice(0, -1)) expect(await codeOf(verifier.verify(good))).toBe('accepted')
  return measured(() => tokenVerdict(verifier, tokens.at(-1)!, attack.path))
}

async function measured(verify: () => Promise<string>): Promise<{ verdict: string; cpuMs: number }> {
  const before = process.cpuUsage()
  const verdict = await verify()
  const { user, system } = process.cpuUsage(before)
  return { verdict, cpuMs: (user + system) / 1000 }
}
