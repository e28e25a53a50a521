import { parseSync, Visitor } from 'vite'

/** The requirements that a title starts with: `JWE-2: ...`, `CRED-2, CRED-3: ...`. */
export function requirementsOf(title: string): string[] {
  const [list = ''] = /^([A-Z]+-\d+(\.\d+)?(, )?)+:/.exec(title) ?? []
  return Array.from(list.matchAll(/[A-Z]+-[\d.]+/g), ([id]) => id)
}

/** The requirements that the titles of a test file's tests and suites start with. */
export function citedRequirements(path: string, text: string): string[] {
  const cited = new Set<string>()
  new Visitor({
    CallExpression: ({ callee, arguments: [title] }) => {
      const name = /^(it|test|describe)\b/.exec(text.slice(callee.start, callee.end))
      const literal = title?.type === 'Literal' || title?.type === 'TemplateLiteral'
      if (name === null || !literal) return
      for (const id of requirementsOf(text.slice(title.start + 1, title.end - 1))) cited.add(id)
    },
  }).visit(parseSync(path, text).program)
  return [...cited].toSorted()
}
