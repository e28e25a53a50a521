/** Injection token of the guard's gate; not for applications. */
export const GATE = Symbol('@sallyport/nest/gate')

/** Injection token of the application's verifier: `@Inject(VERIFIER) verifier: Verifier`. */
export const VERIFIER = Symbol('@sallyport/nest/verifier')
