import { join } from 'node:path'
import { publishedPackages } from '../repository.ts'
import { runProgram } from '../run-program.ts'

/** By entry point, the names of the values that it exports. */
type ExportedNames = Readonly<Record<string, readonly string[]>>

/** What can be imported of the published packages, less their manifests. */
export function entryPoints(): string[] {
  return publishedPackages().flatMap(({ manifest: { name, exports = {} } }) =>
    Object.keys(exports)
      .filter((path) => path !== './package.json')
      .map((path) => join(name, path)),
  )
}

/** What each entry point exports at run time, where a project requires it and where it imports it. */
export async function exportedNames(project: string): Promise<{ required: ExportedNames; imported: ExportedNames }> {
  const program = `(async () => {
    const required = {}
    const imported = {}
    for (const name of ${JSON.stringify(entryPoints())}) {
      required[name] = Object.keys(require(name)).sort()
      imported[name] = Object.keys(await import(name)).sort()
    }
    console.log(JSON.stringify({ required, imported }))
  })()`
  const { exitCode, output } = await runProgram(process.execPath, ['-e', program], { cwd: project })
  if (exitCode !== 0) throw new Error(output)
  return JSON.parse(output) as { required: ExportedNames; imported: ExportedNames }
}

/**
 * A program that compiles exactly when the types of each entry point have the values that are there at run time: a value
 * that is only declared, or only there, is an error.
 */
export function namesProgram(names: ExportedNames, how: 'import' | 'require'): string {
  return Object.entries(names)
    .map(([specifier, exported], index) => {
      const imported = how === 'import' ? `* as m${index} from '${specifier}'` : `m${index} = require('${specifier}')`
      const values = exported.map((name) => `${name}: true`).join(', ')
      return `import ${imported}\nconst n${index}: Record<keyof typeof m${index}, true> = { ${values} }\n`
    })
    .join('')
}
