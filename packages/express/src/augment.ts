/**
 * Opt-in types: `import '@sallyport/express/augment'` once, and `req.auth` is known in the whole program.
 *
 * It says that every request has `auth`, which is true behind `protect` only: prefer `getAuth(req)`, which checks.
 *
 * @module
 */
import type { Authentication } from '@sallyport/core'

declare global {
  namespace Express {
    interface Request {
      /** Put here by `protect`. */
      auth: Authentication
    }
  }
}
