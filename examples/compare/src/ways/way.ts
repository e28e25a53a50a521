/** Header fields by lower-case name. */
export type Fields = Readonly<Record<string, string>>

/** What somebody who has logged in can send; who steals it has it too. */
export interface Login {
  /** With each request to the application. */
  readonly fields: Fields
  /** To renew the login, where it needs that. */
  readonly renewal?: string | undefined
}

/** How an application knows its users. */
export interface Way {
  readonly name: string
  /** Source files of the application, below `src/ways`. */
  readonly files: readonly string[]
  /** Source files of what has to run beside it. */
  readonly besides: readonly string[]
  start(options: WayOptions): Promise<RunningWay>
}

export interface WayOptions {
  /** Until access tokens expire. */
  readonly lifetimeSeconds: number
}

export interface RunningWay {
  /** Of the application, which has `/me`. */
  readonly origin: string
  logIn(): Promise<Login>
  /** @returns `undefined` when it is refused */
  renew(login: Login): Promise<Login | undefined>
  logOut(login: Login): Promise<void>
  /** What a browser sends along when a page of another site has it send a form. */
  ambientFields(login: Login): Fields
  /** All that the database has: who steals a copy has it too. */
  database(): Promise<unknown>
  /** Whether a text lets somebody in, wherever the application or the authorization server takes a credential. */
  present(text: string): Promise<boolean>
  /** As `present`, for who has the application's secret too. */
  presentWithSecret(text: string): Promise<boolean>
  /** Whether the application's secret alone lets somebody in; `undefined` where it has none. */
  forge(): Promise<boolean | undefined>
  close(): Promise<void>
}
