import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answers, listen, startAuthority } from './authority.test.support.ts'
import { bundlePackage, runProgram } from './bundle.test.support.ts'
import * as own from './index.ts'
import { makeKey, mint } from './keys.test.support.ts'
import { until } from './time.test.support.ts'

let bundle: Awaited<ReturnType<typeof bundlePackage>>

beforeAll(async () => {
  bundle = await bundlePackage()
})
afterAll(() => bundle.remove())

/** The package once more, as another version of a dependency would bring it. */
async function loadCopy(name: string): Promise<typeof own> {
  const url = bundle.url.replace('jwks.mjs', `${name}.mjs`)
  writeFileSync(fileURLToPath(url), readFileSync(fileURLToPath(bundle.url)))
  return (await import(/* @vite-ignore */ url)) as typeof own
}

describe('two loaded copies of the package', () => {
  it('share one fetcher, and its events', async () => {
    const copy = await loadCopy('sharing')
    expect(copy.createJwks).not.toBe(own.createJwks)
    const as = await startAuthority()
    const mine = as.open()
    const theirs = copy.createJwks(as.url)
    const events = listen(theirs)
    const token = await mint(as.keys[0]!)
    await Promise.all([jwtVerify(token, mine), jwtVerify(token, theirs), mine.ready(), theirs.ready()])
    expect(as.fetches).toBe(1)
    expect(events.types()).toEqual(['fetched', 'keyAdded'])
    const wanted = { kid: 'first', alg: 'ES256' }
    expect(mine.find(wanted)).toBe(theirs.find(wanted))
    mine.close()
    expect(theirs.find(wanted)).toHaveLength(1)
    theirs.close()
  })

  it("know each other's errors", async () => {
    const copy = await loadCopy('errors')
    const as = await startAuthority()
    as.answer = answers.cut
    const mine = as.open()
    const theirs = copy.createJwks(as.url)
    const error: unknown = await theirs.ready().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(copy.JwksUnavailableError)
    expect(error).toBeInstanceOf(own.JwksUnavailableError)
    await expect(mine.ready()).rejects.toThrow(copy.JwksUnavailableError)
    theirs.close()
  })

  it('KEYS-10: distrust a key together', async () => {
    const copy = await loadCopy('distrust')
    const as = await startAuthority(makeKey('first'), makeKey('second'))
    const mine = as.open()
    const theirs = copy.createJwks(as.url, { maxKeys: 99 })
    await Promise.all([mine.ready(), theirs.ready()])
    const { ofType } = listen(theirs)
    mine.distrust(as.keys[0]!.thumbprint)
    expect(theirs.inspect().keys).toMatchObject([{ kid: 'second' }])
    expect(ofType('keyWithdrawn')).toMatchObject([{ reason: 'distrusted' }])
    theirs.close()
  })
})

describe('a process', () => {
  it('ends although it has a source, and a refresh of it that hangs', async () => {
    const as = await startAuthority()
    as.headers = { 'cache-control': 'max-age=1' }
    const printed = await runProgram(`
      import { createJwks } from '${bundle.url}'
      const jwks = createJwks('${as.url}', { minRefreshMs: 1_000, refreshMs: 1_000 })
      await jwks.ready()
      const begin = performance.now()
      jwks.subscribe(() => {})
      process.on('exit', () => console.log(JSON.stringify({ heldForMs: performance.now() - begin })))
    `)
    expect(printed).toEqual({ heldForMs: expect.toSatisfy((ms: number) => ms < 3_000) })
    as.requests.length = 0
    as.answer = (response, request, authority) => {
      const answer = authority.fetches === 1 ? answers.keySet : answers.hang
      answer(response, request, authority)
    }
    const hanging = await runProgram(`
      import { createJwks } from '${bundle.url}'
      const jwks = createJwks('${as.url}', { minRefreshMs: 1_000, refreshMs: 1_000 })
      await jwks.ready()
      const begin = performance.now()
      const wait = () => jwks.inspect().fetching ? performance.mark('hanging') : setTimeout(wait, 10)
      wait()
      process.on('exit', () => {
        const [{ startTime }] = performance.getEntriesByName('hanging')
        console.log(JSON.stringify({ heldForMs: performance.now() - startTime }))
      })
    `)
    expect(hanging).toEqual({ heldForMs: expect.toSatisfy((ms: number) => ms < 3_000) })
    expect(as.fetches).toBe(2)
  })

  it('is held while somebody awaits keys, and gets its answer', async () => {
    const as = await startAuthority()
    as.answer = (response, request, authority) => {
      setTimeout(() => answers.keySet(response, request, authority), 300)
    }
    const printed = await runProgram(`
      import { createJwks } from '${bundle.url}'
      const jwks = createJwks('${as.url}')
      await jwks.ready()
      const found = await jwks.find({ kid: 'first', alg: 'ES256' })
      console.log(JSON.stringify(found.map(({ kid }) => kid)))
    `)
    expect(printed).toEqual(['first'])
  })

  it('KEYS-1: goes through no proxy of its environment', async () => {
    const as = await startAuthority()
    const proxy = 'http://127.0.0.1:1'
    const env = { HTTP_PROXY: proxy, http_proxy: proxy, ALL_PROXY: proxy, NODE_USE_ENV_PROXY: '1', NO_PROXY: '' }
    const program = `
      import { createJwks } from '${bundle.url}'
      await createJwks('${as.url}').ready()
      console.log(true)
    `
    expect(await runProgram(program, { env })).toBe(true)
    expect(as.fetches).toBe(1)
  })

  it('forgets a source that nobody holds any more: its fetcher, its timer, its place among the others', async () => {
    const document = JSON.stringify({ keys: [makeKey('first').jwk] })
    const printed = await runProgram(
      `
      import { createServer } from 'node:http'
      import { setTimeout as pause } from 'node:timers/promises'
      import { createJwks } from '${bundle.url}'
      let fetches = 0
      const server = createServer((request, response) => {
        fetches++
        response.end('${document}')
      })
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
      const url = 'http://127.0.0.1:' + server.address().port + '/jwks'
      const options = { refreshMs: 1_000 }
      const open = async () => {
        const jwks = createJwks(url, options)
        const isNew = jwks.inspect().status === 'unavailable'
        await jwks.ready()
        return isNew
      }
      const collect = async () => {
        for (let time = 0; time < 10; time++) {
          globalThis.gc()
          await pause(5)
        }
      }
      let held = createJwks(url, options)
      const first = await open()
      await collect()
      const second = await open()
      held.close()
      held = undefined
      const third = await open()
      await collect()
      const before = fetches
      await pause(1_400)
      console.log(JSON.stringify({ isNew: [first, second, third, await open()], refreshes: fetches - before - 1 }))
      server.close()
      `,
      { flags: ['--expose-gc'] },
    )
    expect(printed).toEqual({ isNew: [true, false, false, true], refreshes: 0 })
  })

  it('KEYS-3, DOS-2: grows by less than 8 MB with 1,000,000 distinct unknown key ids', async () => {
    const as = await startAuthority()
    const printed = (await runProgram(
      `
      import { setImmediate as turn } from 'node:timers/promises'
      import { createJwks } from '${bundle.url}'
      const jwks = createJwks('${as.url}')
      await jwks.ready()
      const heap = () => {
        globalThis.gc()
        return process.memoryUsage().heapUsed
      }
      const before = heap()
      let most = before
      let waited = 0
      for (let index = 0; index < 1_000_000; index++) {
        const found = jwks.find({ kid: 'unknown-' + index, alg: 'ES256' })
        if (found instanceof Promise) {
          waited++
          found.catch(() => {})
        }
        if (index % 1_000 === 0) await turn()
        if (index % 100_000 === 99_999) most = Math.max(most, heap())
      }
      console.log(JSON.stringify({ growth: most - before, waited, isKnown: jwks.find({ kid: 'first', alg: 'ES256' }).length }))
      jwks.close()
      `,
      { flags: ['--expose-gc'] },
    )) as { growth: number; waited: number; isKnown: number }
    expect(printed.growth).toBeLessThan(8_000_000)
    expect(printed.waited).toBeGreaterThan(0)
    expect(printed.isKnown).toBe(1)
    expect(as.fetches).toBeLessThanOrEqual(6)
    await until(() => as.isSettled)
  })
})
