/** What is looked at of an Express application or router; Express 4 keeps its router at `_router`, 5 at `router`. */
interface Router {
  readonly stack?: readonly Layer[] | undefined
}

interface Layer {
  readonly handle?: (((...parameters: unknown[]) => unknown) & Router) | undefined
  readonly route?: Router | undefined
}

interface Application {
  readonly _router?: Router | undefined
  readonly router?: unknown
  readonly parent?: Application | undefined
}

/**
 * Whether the application has an error handler, itself or through the applications that it is mounted in. Without
 * Express around the request nothing is known, and whoever called `next` is left to handle errors.
 */
export function hasErrorHandler(request: object): boolean {
  if (!('app' in request) || typeof request.app !== 'function') return true
  for (let app = request.app as Application | undefined; app !== undefined; app = app.parent) {
    if (containsErrorHandler(routerOf(app), 0)) return true
  }
  return false
}

function routerOf(app: Application): Router | undefined {
  // Express 4 throws at `app.router`, and has no `_router` before its first route.
  return app._router ?? ('lazyrouter' in app ? undefined : (app.router as Router | undefined))
}

/** Routers nest a few levels; one that contains itself ends here. */
const maxDepth = 16

function containsErrorHandler(router: Router | undefined, depth: number): boolean {
  if (router?.stack === undefined || depth > maxDepth) return false
  // Express itself tells an error handler by its four parameters.
  return router.stack.some(
    ({ handle, route }) =>
      handle?.length === 4 || containsErrorHandler(handle, depth + 1) || containsErrorHandler(route, depth + 1),
  )
}
