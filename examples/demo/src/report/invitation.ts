import type { AuthorizationServer } from '../authorization-server/authorization-server.ts'
import { tokenEndpoint } from '../authorization-server/token-request.ts'
import type { RunningApp } from '../requests/run-cases.ts'
import type { Paint } from './paint.ts'

interface Invitation {
  readonly as: AuthorizationServer
  readonly audience: string
  readonly apps: readonly RunningApp[]
  readonly goodToken: string
  readonly badToken: string
}

/** Lines to paste into a shell, while the apps serve. */
export function renderInvitation({ as, audience, apps, goodToken, badToken }: Invitation, paint: Paint): string {
  const lines = apps.flatMap(({ name, origin }) => [
    paint('cyan', `${name}, a good token, then an expired one`),
    curlLine(origin, goodToken),
    curlLine(origin, badToken),
    '',
  ])
  return `${[
    ...lines,
    paint('cyan', 'Another token of the authorization server'),
    `curl -iw '\\n' ${tokenEndpoint(as)} -u client-es256:${as.clientSecret} -d grant_type=client_credentials -d resource=${audience} -d scope=reports:read`,
    '',
    'Serving. Press Ctrl-C to end.',
  ].join('\n')}\n`
}

function curlLine(origin: string, token: string): string {
  return `curl -iw '\\n' ${origin}/reports -H 'Authorization: Bearer ${token}'`
}
