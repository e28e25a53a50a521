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
}

/** An access token, and whom it is for. */
export interface IssuedToken {
  readonly subject: string
  readonly audience: readonly string[]
  /** The token response (RFC 6749 §5.1). */
  readonly body: Readonly<Record<string, unknown>>
}

/** One grant type: adding one is adding an entry. */
export interface Grant {
  readonly name: TokenGrantType
  /** Its `grant_type`. */
  readonly type: string
  /**
   * Decides what is granted, and lets the access token be issued: the grant says what happens before and after that.
   *
   * @throws TokenRequestError
   * @throws RefreshTokenError
   * @throws StoreUnavailableError
   * @throws what `issue` throws
   */
  grant(form: Form, client: CheckedClient, issue: (granted: Granted) => Promise<IssuedToken>): Promise<IssuedToken>
}
