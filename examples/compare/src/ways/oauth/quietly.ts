/** oidc-provider writes notices about its use in production. */
export async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const { info, warn } = console
  Object.assign(console, { info: () => {}, warn: () => {} })
  try {
    return await run()
  } finally {
    Object.assign(console, { info, warn })
  }
}
