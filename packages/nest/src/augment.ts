/**
 * Opt-in types for Nest's Express platform: `import '@sallyport/nest/augment'` once, and `req.auth` is known in the whole
 * program.
 *
 * It says that every request has `auth`, which is true behind the guard only: prefer `@Auth()`, or `getAuth(req)`, which
 * checks.
 *
 * @module
 */
import type { Authentication } from '@sallyport/core'

declare global {
  namespace Express {
    interface Request {
      /** Put here by `AccessTokenGuard`. */
      auth: Authentication
    }
  }
}
