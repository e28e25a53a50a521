import { chooseScope, chooseTarget } from './choose-target.ts'
import type { Grant } from './grant.ts'

/** RFC 6749 §4.4. The subject is the client itself (RFC 9068 §2.2). */
export function clientCredentialsGrant(): Grant {
  return {
    name: 'client_credentials',
    type: 'client_credentials',
    grant: async (form, client) => ({
      subject: client.id,
      audience: chooseTarget(client, form.all('resource')),
      scope: chooseScope(form.get('scope'), client.scope),
    }),
  }
}
