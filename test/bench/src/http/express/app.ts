import express, { type Express } from 'express'

/** An application that does not print the errors that it answers. */
export function createExpressApp(): Express {
  const app = express()
  // The only way to tell Express's last error handler; it changes nothing else.
  app.set('env', 'test')
  return app
}
