import type { AccessTokenErrorCode, VerifierOptions } from '@sallyport/core'
import type { ApiName } from './targets/apis.ts'
import type { World } from './world/world.ts'

/**
 * The right answer: 200 where what looks like an attack is a good request, else the status and the code of the refusal;
 * `by Node.js` where no request reaches the application at all.
 */
export type Expected =
  | readonly [status: 200]
  | readonly [status: 400 | 401 | 403, code: AccessTokenErrorCode]
  | readonly [status: 400 | 431, by: 'by Node.js']

interface Attempt {
  /** What comes, so that "refuses" can stand before it: `an unsigned token whose alg is none`. */
  readonly name: string
  /** What the attacker does, in one sentence. */
  readonly attacker: string
  /** CVE, advisory or section of a standard. */
  readonly source: string
  /** Requirements that the right answer proves, or helps to prove. */
  readonly proves: readonly string[]
  /** Which of the protected APIs is attacked. Default `standard`. */
  readonly api?: ApiName
  readonly expected: Expected
}

type Tokens = string | readonly [...good: string[], attack: string]

/** An attack that is a token: sent as Bearer to every framework, and given to `verify`. */
export interface TokenAttack extends Attempt {
  /** Of several tokens all but the last are good and sent before: what is remembered of them must not help. */
  readonly token: (world: World) => Tokens | Promise<Tokens>
  /** Asks for another route than `/reports`, which needs the scope `admin`. */
  readonly path?: '/admin'
}

/** A request, as it is written to the socket, and given to `authenticate`. */
export interface HttpRequest {
  /** Default GET. */
  readonly method?: string
  /** Default `/reports`. */
  readonly path?: string
  /** `Host` and `Connection: close` are added where they are not named. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

/** An attack that is a whole request. */
export interface RequestAttack extends Attempt {
  readonly request: (world: World) => HttpRequest
}

/** An attack that plays with HTTP itself: bytes for a raw socket, of which the last answer is the expected one. */
export interface WireAttack extends Attempt {
  readonly bytes: (world: World) => string
  /** How many good requests stand before the attack. Default 0. */
  readonly good?: number
}

export type Attack = TokenAttack | RequestAttack | WireAttack

/** A mistake in the configuration that would open the door; a ConfigurationError names its option. */
export interface Misconfiguration extends Pick<Attempt, 'name' | 'attacker' | 'source' | 'proves'> {
  readonly options: (world: World) => VerifierOptions
  /** The option that the error names. */
  readonly option: string
}
