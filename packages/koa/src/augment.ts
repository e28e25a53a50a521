/**
 * Opt-in types: `import '@sallyport/koa/augment'` once, and `ctx.state.auth` is known in the whole program.
 *
 * It says that every context has `auth`, which is true behind `protect` only: prefer `getAuth(ctx)`, which checks.
 *
 * @module
 */
import type { Authentication } from '@sallyport/core'
import type {} from 'koa'

declare module 'koa' {
  interface DefaultState {
    /** Put here by `protect`. */
    auth: Authentication
  }
}
