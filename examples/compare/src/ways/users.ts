/** Who may log in. A real application has a database, and a slow hash of each password. */
export function checkPassword(user: unknown, password: unknown): string | undefined {
  return user === 'jane' && password === 'correct horse battery staple' ? user : undefined
}

export const jane = { user: 'jane', password: 'correct horse battery staple' }
