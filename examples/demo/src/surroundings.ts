import { randomUUID } from 'node:crypto'
import type { Server } from 'node:net'
import type { ApiSettings } from './apps/api-settings.ts'
import { generateApiKeys } from './apps/decryption-keys.ts'
import { startExpress } from './apps/express.ts'
import { startKoa } from './apps/koa.ts'
import { startNest } from './apps/nest.ts'
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server/authorization-server.ts'
import { startOutage } from './authorization-server/outage.ts'
import type { RunningApp } from './requests/run-cases.ts'
import { scopes } from './requests/scopes.ts'
import { closeServer, originOf } from './servers.ts'

/** All that runs while the demo runs. */
export interface Surroundings {
  readonly as: AuthorizationServer
  readonly partnerIssuer: string
  readonly apps: readonly RunningApp[]
  close(): Promise<void>
}

export const audiences = { api: 'https://api.example', other: 'https://other-api.example' }

export async function startSurroundings(): Promise<Surroundings> {
  const { decryptionKeys, encryptionKeys } = await generateApiKeys()
  const as = await startAuthorizationServer({
    resources: Object.values(audiences),
    scope: scopes,
    clientSecret: randomUUID(),
    encryptionKeys,
  })
  const partner = startOutage()
  const partnerIssuer = await originOf(partner)

  const settings: ApiSettings = { issuer: as.issuer, partnerIssuer, audience: audiences.api, decryptionKeys }
  const servers: Readonly<Record<string, Server>> = {
    Express: startExpress(settings),
    Koa: startKoa(settings),
    Nest: await startNest(settings),
  }
  const apps = Object.entries(servers).map(async ([name, server]) => ({ name, origin: await originOf(server) }))

  return {
    as,
    partnerIssuer,
    apps: await Promise.all(apps),
    close: async () => {
      await Promise.all([as.close(), ...[partner, ...Object.values(servers)].map(closeServer)])
    },
  }
}
