import { parseSync, Visitor } from 'vite'

interface Import {
  /** What is imported; `undefined` when it is computed. */
  readonly specifier: string | undefined
  readonly line: number
}

interface Expression {
  readonly start: number
  readonly value?: unknown
}

/** Every import of a module, whatever its form; one of types counts like any other. */
export function importedSpecifiers(path: string, text: string): Import[] {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors.map(({ message }) => message).join('; ')}`)
  const imports: Import[] = []
  const add = ({ start, value }: Expression) => {
    imports.push({
      specifier: typeof value === 'string' ? value : undefined,
      line: text.slice(0, start).split('\n').length,
    })
  }
  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => source !== null && add(source),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source),
    TSExternalModuleReference: ({ expression }) => add(expression),
    CallExpression: ({ callee, arguments: [first] }) =>
      callee.type === 'Identifier' && callee.name === 'require' && first !== undefined && add(first),
  }).visit(program)
  return imports.toSorted((a, b) => a.line - b.line)
}
