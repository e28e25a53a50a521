import { parseSync, Visitor } from 'vite'

/** Where a module makes code out of text, each place as `path:line name`. */
export function findDynamicCode(path: string, text: string): string[] {
  const found: string[] = []
  const typeNames = new Set<number>()
  const report = (start: number, name: string) =>
    found.push(`${path}:${text.slice(0, start).split('\n').length} ${name}`)
  new Visitor({
    TSTypeReference: ({ typeName }) => typeNames.add(typeName.start),
    // Any other mention counts, so that no alias (`const run = eval`) slips through.
    Identifier: ({ name, start }) => {
      if (/^(eval|Function)$/.test(name) && !typeNames.has(start)) report(start, name)
    },
    Literal: ({ value, start }) => {
      if (typeof value === 'string' && /^((node:)?vm|eval|Function)$/.test(value)) report(start, value)
    },
    CallExpression: ({ callee, arguments: [first] }) => {
      // `(() => {}).constructor('code')` is `Function('code')`.
      const isConstructor =
        callee.type === 'MemberExpression' && /^(constructor|['"`]constructor['"`])$/.test(sourceOf(callee.property))
      if (isConstructor) report(callee.start, 'constructor')
      const isTimer = callee.type === 'Identifier' && /^set(Timeout|Interval)$/.test(callee.name)
      const isText = first?.type === 'TemplateLiteral' || (first?.type === 'Literal' && typeof first.value === 'string')
      if (isTimer && isText) report(callee.start, callee.name)
    },
  }).visit(parseSync(path, text).program)
  return found

  function sourceOf(node: { readonly start: number; readonly end: number }): string {
    return text.slice(node.start, node.end)
  }
}
