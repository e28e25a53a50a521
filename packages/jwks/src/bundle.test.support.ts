import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

/** The package and all that it needs as one file: for other processes, and as a second copy in this one. */
export async function bundlePackage(): Promise<{ url: string; remove: () => void }> {
  const outDir = mkdtempSync(join(tmpdir(), 'jwks-'))
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('index.ts', import.meta.url)),
      outDir,
      emptyOutDir: true,
      rolldownOptions: { output: { entryFileNames: 'jwks.mjs' } },
    },
  })
  return {
    url: pathToFileURL(join(outDir, 'jwks.mjs')).href,
    remove: () => rmSync(outDir, { recursive: true, force: true }),
  }
}

/** Runs a program in a process of its own, until that ends by itself; gives what it has printed, as JSON. */
export function runProgram(
  program: string,
  { env = {}, flags = [] }: { env?: Readonly<Record<string, string>>; flags?: readonly string[] } = {},
): Promise<unknown> {
  const parameters = [...flags, '--input-type=module', '--eval', program]
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, timeout: 15_000, killSignal: 'SIGKILL' as const }
    execFile(process.execPath, parameters, options, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout))
      else reject(new Error(`${error.message}\n${stderr}`))
    })
  })
}
