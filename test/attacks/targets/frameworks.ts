import type { VerifierOptions } from '@sallyport/core'
import type { World } from '../world/world.ts'
import { type ApiName, apiNames, apis } from './apis.ts'
import { startExpressApi } from './express.ts'
import { startKoaApi } from './koa.ts'
import type { Api } from './listen.ts'
import { startNestApi } from './nest.ts'

/** The frameworks under attack. */
export const frameworks: Readonly<Record<string, (options: VerifierOptions) => Promise<Api>>> = {
  Express: startExpressApi,
  Koa: startKoaApi,
  NestJS: startNestApi,
}

export const frameworkNames = Object.keys(frameworks)

/** Every API in one framework. */
export interface RunningApis {
  port(name: ApiName): number
  close(): Promise<void>
}

export async function startApis(framework: string, world: World): Promise<RunningApis> {
  const running = new Map<ApiName, Api>()
  for (const name of apiNames) running.set(name, await frameworks[framework]!(apis[name].options(world)))
  return {
    port: (name) => running.get(name)!.port,
    close: async () => {
      await Promise.all([...running.values()].map((api) => api.close()))
    },
  }
}
