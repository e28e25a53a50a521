import { chooseScope, chooseTarget, type OfferedScopes } from './choose-target.ts'
import type { Grant } from './grant.ts'

/** RFC 6749 §4.4. The subject is the client itself (RFC 9068 §2.2). */
export function clientCredentialsGrant(offered: OfferedScopes): Grant {
  return {
    name: 'client_credentials',
    type: 'client_credentials',
    grant: async (form, client, issue) => {
      const audience = chooseTarget(client, form.all('resource'))
      const scope = chooseScope(form.get('scope'), client.scope, offered(audience))
      return issue({ subject: client.id, audience, scope })
    },
  }
}
