import { createRequire } from 'node:module'
import { IssuerConfigurationError } from '../../configuration-error.ts'

/** What this store binds and reads: two drivers treat other types each in their own way. */
export type SqlValue = string | number | null

export type SqlRow = Readonly<Record<string, SqlValue>>

/** An open SQLite file, as much of it as is needed. It works synchronously. */
export interface SqliteDatabase {
  /** Runs statements without parameters. */
  exec(sql: string): void
  /** Runs one statement, and returns how many rows it changed. */
  run(sql: string, values: readonly SqlValue[]): number
  /** The first row. */
  get(sql: string, values: readonly SqlValue[]): SqlRow | undefined
  close(): void
}

/** What `node:sqlite` and libsql have in common. */
interface Driver {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): void
}

interface Statement {
  run(...values: readonly unknown[]): { readonly changes: number | bigint }
  get(...values: readonly unknown[]): unknown
}

/** Opens a file with `node:sqlite` where the runtime has it, else with the package libsql. */
export function openDatabase(path: string): SqliteDatabase {
  const { driver, bind } = openDriver(path)
  const statements = new Map<string, Statement>()
  const prepare = (sql: string) => {
    const statement = statements.get(sql) ?? driver.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  return {
    exec: (sql) => void driver.exec(sql),
    run: (sql, values) => Number(prepare(sql).run(...bind(values)).changes),
    get: (sql, values) => prepare(sql).get(...bind(values)) as SqlRow | undefined,
    close: () => {
      statements.clear()
      driver.close()
    },
  }
}

interface OpenDriver {
  readonly driver: Driver
  readonly bind: (values: readonly SqlValue[]) => readonly unknown[]
}

function openDriver(path: string): OpenDriver {
  const builtin = process.getBuiltinModule?.('node:sqlite') as
    | { readonly DatabaseSync: new (path: string) => Driver }
    | undefined
  if (builtin !== undefined) return { driver: new builtin.DatabaseSync(path), bind: (values) => values }
  const Libsql = loadLibsql()
  // libsql takes a single null for named parameters, which ends the process; an array never.
  return { driver: new Libsql(path), bind: (values) => [values] }
}

function loadLibsql(): new (path: string) => Driver {
  const require = createRequire(import.meta.url)
  try {
    return require('libsql') as new (path: string) => Driver
  } catch {
    throw new IssuerConfigurationError(
      'sqliteRefreshStore',
      `Node.js ${process.versions.node} without node:sqlite, and no package libsql`,
      'Node.js 22.13 or later, or the package libsql beside @sallyport/issuer (npm install libsql)',
    )
  }
}

/** The primary result code of SQLite (https://sqlite.org/rescode.html) in an error of either driver. */
export function resultCode(error: unknown): number | undefined {
  const { errcode, rawCode } = error as { readonly errcode?: unknown; readonly rawCode?: unknown }
  const code = errcode ?? rawCode
  return typeof code === 'number' ? code & 0xff : undefined
}

export const sqliteBusy = 5
export const sqliteNotADatabase = 26
