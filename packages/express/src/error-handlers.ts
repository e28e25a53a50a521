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
 * Whether an error of the middleware reaches an error handler of the application: one that comes after it in its router,
 * in a router around that, or in an application that its own is mounted in. Without Express around the request nothing is
 * known, and whoever called the middleware is left to handle errors.
 */
export function reachesErrorHandler(request: object, middleware: unknown): boolean {
  if (!('app' in request) || typeof request.app !== 'function') return true
  const app = request.app as Application
  const router = routerOf(app)
  // A middleware that is not found is called by another one, which may stand anywhere.
  if (isFollowed(middleware, router, 0) ?? containsErrorHandler(router, 0)) return true
  let { parent } = app
  while (parent !== undefined) {
    if (routerOf(parent)?.stack?.some(isErrorHandler) === true) return true
    parent = parent.parent
  }
  return false
}

function routerOf(app: Application): Router | undefined {
  // Express 4 throws at `app.router`, and has no `_router` before its first route.
  return app._router ?? ('lazyrouter' in app ? undefined : (app.router as Router | undefined))
}

/** Routers nest a few levels; one that contains itself ends here. */
const maxDepth = 16

/**
 * Whether an error handler comes after the middleware, at its level or at one around it, as Express passes an error on.
 *
 * @returns `undefined` when the middleware is not in the router
 */
function isFollowed(middleware: unknown, router: Router | undefined, depth: number): boolean | undefined {
  if (router?.stack === undefined || depth > maxDepth) return undefined
  let answer: boolean | undefined
  let isHandled = false
  for (const layer of router.stack.toReversed()) {
    if (isErrorHandler(layer)) isHandled = true
    const { handle, route } = layer
    const inner = handle === middleware ? false : isFollowed(middleware, route ?? handle, depth + 1)
    if (inner === undefined) continue
    if (inner || isHandled) return true
    answer = false
  }
  return answer
}

function containsErrorHandler(router: Router | undefined, depth: number): boolean {
  if (router?.stack === undefined || depth > maxDepth) return false
  return router.stack.some(
    (layer) => isErrorHandler(layer) || containsErrorHandler(layer.route ?? layer.handle, depth + 1),
  )
}

/** Express itself tells an error handler by its four parameters. */
function isErrorHandler({ handle }: Layer): boolean {
  return handle?.length === 4
}
