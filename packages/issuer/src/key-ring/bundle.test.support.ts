import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

/** This folder and all that it needs as one file, for other processes. */
export async function bundleIssuer(): Promise<{ url: string; remove: () => void }> {
  const outDir = mkdtempSync(join(tmpdir(), 'issuer-'))
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('../index.ts', import.meta.url)),
      outDir,
      emptyOutDir: true,
      rolldownOptions: { output: { entryFileNames: 'issuer.mjs' } },
    },
  })
  return {
    url: pathToFileURL(join(outDir, 'issuer.mjs')).href,
    remove: () => rmSync(outDir, { recursive: true, force: true }),
  }
}
