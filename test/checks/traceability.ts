import { parseSync, Visitor } from 'vite'

/** The requirements that the titles of a test file's tests start with: `JWE-2: ...`, `CRED-2, CRED-3: ...`. */
export function citedRequirements(path: string, text: string): string[] {
  const cited = new Set<string>()
  new Visitor({
    CallExpression: ({ callee, arguments: [title] }) => {
      const name = /^(it|test|describe)\b/.exec(text.slice(callee.start, callee.end))
      const literal = title?.type === 'Literal' || title?.type === 'TemplateLiteral'
      if (name === null || !literal) return
      const [list = ''] = /^.([A-Z]+-\d+(\.\d+)?(, )?)+:/.exec(text.slice(title.start, title.end)) ?? []
      for (const [id] of list.matchAll(/[A-Z]+-[\d.]+/g)) cited.add(id)
    },
  }).visit(parseSync(path, text).program)
  return [...cited].toSorted()
}
