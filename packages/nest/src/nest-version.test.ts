import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Catch, Controller, type ExceptionFilter, Get, UnauthorizedException, UseGuards } from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { createTestIssuer } from '@sallyport/testing'
import { describe, expect, it } from 'vitest'
import { OptionalAccessToken, RequireScopes, SallyportModule } from './index.ts'
import { platforms, serve } from './platforms.test.support.ts'

// Which of both runs this is: vitest.config.ts.
const nestMajor = process.env['NEST_MAJOR']

/** The major version of a package that is running, by the first line of a stack that is its code. */
function majorIn(stack: string | undefined, name: string): string {
  const [found] = new RegExp(String.raw`(file://)?/\S*/node_modules/${name}/`).exec(stack ?? '') ?? []
  if (found === undefined) return `none, the stack is ${stack}`
  const directory = found.startsWith('file:') ? fileURLToPath(found) : found
  return String(JSON.parse(readFileSync(`${directory}package.json`, 'utf8')).version).split('.')[0]!
}

function errorOfCommon(): Error {
  try {
    UseGuards(null as never)(class Named {})
  } catch (error) {
    return error as Error
  }
  throw new Error('@nestjs/common takes anything for a guard')
}

describe.each(platforms)(`Nest ${nestMajor} on $name`, (platform) => {
  it('is what runs the application, and what the adapter uses', async () => {
    const as = await createTestIssuer()
    const caught: unknown[] = []

    // Nest hands it only exceptions of this very class: the adapter's, when there is one copy of @nestjs/common.
    @Catch(UnauthorizedException)
    class Recorder implements ExceptionFilter {
      catch(exception: unknown, host: { getArgByIndex<T>(index: number): T }) {
        caught.push(exception)
        host.getArgByIndex<{ send(body: string): void }>(1).send('caught')
      }
    }

    @Controller()
    class Routes {
      @Get('closed')
      @RequireScopes('a')
      closed() {}

      @Get('open')
      @OptionalAccessToken()
      open() {
        return { stack: new Error('of a handler').stack }
      }
    }

    const agent = await serve(platform, {
      imports: [SallyportModule.forRoot(as.verifierOptions)],
      controllers: [Routes],
      providers: [{ provide: APP_FILTER, useClass: Recorder }],
    })
    expect((await agent.get('/closed')).text).toBe('caught')
    expect(caught).toEqual([expect.any(UnauthorizedException)])
    expect(majorIn(errorOfCommon().stack, '@nestjs/common')).toBe(nestMajor)
    expect(majorIn((await agent.get('/open')).body.stack, '@nestjs/core')).toBe(nestMajor)
    expect(['11', '12']).toContain(nestMajor)
  })
})
