import { parseArgs } from 'node:util'
import { compare } from './compare.ts'
import { writeTable } from './report/document.ts'
import { toRows } from './report/rows.ts'
import { renderMarkdown, renderText } from './report/table.ts'

// npm run compare [-- --json | --write] [--seconds N] [--lifetime N]

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const { values } = parseArgs({ options: { json: flag, write: flag, seconds: text, lifetime: text } })
const options = { loadSeconds: Number(values.seconds ?? 2), lifetimeSeconds: Number(values.lifetime ?? 3) }

const findings = await compare(options)
const names = findings.map(({ name }) => name)
const rows = toRows(findings, options.lifetimeSeconds)
if (values.write) writeTable(renderMarkdown(names, rows))
process.stdout.write(values.json ? `${JSON.stringify(findings, undefined, 2)}\n` : `\n${renderText(names, rows)}\n`)
