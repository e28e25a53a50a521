import type { RefreshTokenGrant, RefreshTokens } from '../../refresh/index.ts'
import { TokenRequestError } from '../token-request-error.ts'
import { chooseScope, type OfferedScopes } from './choose-target.ts'
import type { Grant } from './grant.ts'

/**
 * RFC 6749 §6. Scope and APIs are those that the application granted; the request may ask for fewer, and names one API
 * where several were granted. The access token is made first: when that fails, the refresh token is not spent.
 */
export function refreshTokenGrant(refreshTokens: RefreshTokens, offered: OfferedScopes): Grant {
  return {
    name: 'refresh_token',
    type: 'refresh_token',
    grant: async (form, { id: clientId }, issue) => {
      if (form.all('audience').length > 0) {
        throw new TokenRequestError('parameter_unsupported', 'the API is named by resource, not by audience')
      }
      const scope = form.get('scope')
      const resources = form.all('resource')
      const { prepared, refreshToken } = await refreshTokens.use(form.require('refresh_token'), {
        clientId,
        scope,
        audience: resources.length === 0 ? undefined : resources,
        prepare: ({ subject, audience, scope: granted, claims, confirmation }: RefreshTokenGrant) => {
          // A token for several could be used by each of them at the others.
          if (audience.length !== 1) throw new TokenRequestError('resource_refused')
          const chosen = chooseScope(scope, granted, offered(audience))
          return issue({ subject, audience, scope: chosen, claims, confirmation })
        },
      })
      return { ...prepared, body: { ...prepared.body, refresh_token: refreshToken } }
    },
  }
}
