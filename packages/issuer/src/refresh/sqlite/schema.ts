import { IssuerConfigurationError } from '../../configuration-error.ts'
import type { SqliteDatabase } from './database.ts'

const version = 1

const tables = `
  CREATE TABLE IF NOT EXISTS refresh_token_families (
    id TEXT PRIMARY KEY,
    subject_hash TEXT NOT NULL,
    granted TEXT NOT NULL,
    current_hash TEXT NOT NULL,
    previous_hash TEXT,
    sealed TEXT,
    rotated_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS refresh_token_families_by_subject ON refresh_token_families (subject_hash);
  CREATE INDEX IF NOT EXISTS refresh_token_families_by_expiry ON refresh_token_families (expires_at_ms);
`

/** Longest wait at the start, for other processes that open the same file. */
const startUpMs = 2_000

/**
 * Sets a file up: readers and a writer at once (WAL), durable at each commit (synchronous FULL), and deleted rows
 * overwritten.
 *
 * @throws IssuerConfigurationError
 */
export function prepareSchema(database: SqliteDatabase): void {
  database.exec(`PRAGMA busy_timeout = ${startUpMs}`)
  const mode = database.get('PRAGMA journal_mode = WAL', [])?.['journal_mode']
  if (mode !== 'wal') {
    throw new IssuerConfigurationError('path', `a file with journal_mode ${mode}`, 'a file on a disk of this machine')
  }
  database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
  const found = versionOf(database)
  if (found === version) return
  if (found !== 0) {
    throw new IssuerConfigurationError(
      'path',
      `a file of version ${String(found)}`,
      `one of version ${version}, or a new one`,
    )
  }
  database.exec(`BEGIN IMMEDIATE; ${tables} PRAGMA user_version = ${version}; COMMIT`)
}

function versionOf(database: SqliteDatabase): unknown {
  return database.get('PRAGMA user_version', [])?.['user_version']
}
