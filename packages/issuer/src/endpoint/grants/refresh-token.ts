import type { RefreshTokens } from '../../refresh/index.ts'
import type { Grant } from './grant.ts'

/** RFC 6749 §6. Scope and APIs are those that the application granted; the request may ask for fewer. */
export function refreshTokenGrant(refreshTokens: RefreshTokens): Grant {
  return {
    name: 'refresh_token',
    type: 'refresh_token',
    grant: async (form, { id: clientId }) => {
      const resources = form.all('resource')
      const narrowed = { scope: form.get('scope'), audience: resources.length === 0 ? undefined : resources }
      const used = await refreshTokens.use(form.require('refresh_token'), { clientId, ...narrowed })
      const { subject, audience, scope, claims, confirmation } = used.grant
      const response = { refresh_token: used.refreshToken }
      return { subject, audience, scope, claims, confirmation, response }
    },
  }
}
