import type { ConfirmationThumbprints } from '../../access-token.ts'
import type { CheckedClient, TokenGrantType } from '../clients/index.ts'
import type { Form } from '../request/index.ts'

/** What an access token is issued for, and what the response says besides. */
export interface Granted {
  readonly subject: string
  readonly audience: readonly string[]
  readonly scope: readonly string[]
  /** Claims that the grant brings along. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Claims that nobody can replace. */
  readonly fixedClaims?: Readonly<Record<string, unknown>>
  readonly confirmation?: ConfirmationThumbprints | undefined
  /** The access token lives no longer, whatever is usual for its APIs. */
  readonly longestLifetimeSeconds?: number
  /** Further members of the response. */
  readonly response?: Readonly<Record<string, string>>
}

/** One grant type: adding one is adding an entry. */
export interface Grant {
  readonly name: TokenGrantType
  /** Its `grant_type`. */
  readonly type: string
  /**
   * @throws TokenRequestError
   * @throws RefreshTokenError
   * @throws StoreUnavailableError
   */
  grant(form: Form, client: CheckedClient): Promise<Granted>
}
