import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { checkInteger, checkNames, checkText } from '../../checks.ts'
import { IssuerConfigurationError, quoted } from '../../configuration-error.ts'
import { StoreUnavailableError } from '../../store-unavailable-error.ts'
import type {
  RefreshTokenFamily,
  RefreshTokenGrant,
  RefreshTokenRotation,
  RefreshTokenStore,
} from '../refresh-token-store.ts'
import { openDatabase, resultCode, type SqliteDatabase, sqliteNotADatabase, type SqlRow } from './database.ts'
import { ensurePrivateFile } from './private-file.ts'
import { retryBusy } from './retry-busy.ts'
import { prepareSchema } from './schema.ts'

/** Options of {@link sqliteRefreshStore}. */
export interface SqliteRefreshStoreOptions {
  /**
   * The file, in a directory that exists, on a disk of this machine. It is made with mode 0600. It is refused where others
   * can read or replace it: by its mode or owner, those of its directory, of a symbolic link, or of the files that SQLite
   * keeps beside it.
   */
  readonly path: string
  /** How long an operation waits for other processes that write, in milliseconds, 0 to 60,000. Default 900. */
  readonly busyTimeoutMs?: number | undefined
}

/**
 * Keeps refresh tokens in an SQLite file, which survives restarts and crashes, and which several processes of one
 * machine may share. It is open from the start, and until `close()`.
 *
 * Uses `node:sqlite` where the runtime has it (Node.js 22.13 or later), else the package libsql. Both work synchronously:
 * each operation takes the main thread as long as the disk takes to write some 100 bytes durably.
 *
 * @throws IssuerConfigurationError
 * @throws StoreUnavailableError when the file cannot be opened at the moment
 * @example
 * ```ts
 * const refreshTokens = createRefreshTokens({ store: sqliteRefreshStore({ path: '/var/lib/app/refresh.db' }) })
 * ```
 */
export function sqliteRefreshStore(options: SqliteRefreshStoreOptions): RefreshTokenStore {
  const given = checkNames(options, ['path', 'busyTimeoutMs'], 'options')
  const busyTimeoutMs = checkInteger(given['busyTimeoutMs'] ?? 900, 0, 60_000, 'busyTimeoutMs', 'milliseconds')
  // An absolute path: nothing that a driver takes for an address, or for memory.
  const path = resolve(checkText(given['path'], 'path', 'the path of a file'))
  return storeOn(openFile(path), busyTimeoutMs)
}

function openFile(given: string): SqliteDatabase {
  const path = ensurePrivateFile(given)
  let database: SqliteDatabase | undefined
  try {
    database = openDatabase(path)
    prepareSchema(database)
    return database
  } catch (error) {
    database?.close()
    if (error instanceof IssuerConfigurationError) throw error
    if (resultCode(error) === sqliteNotADatabase) {
      throw new IssuerConfigurationError(
        'path',
        `${quoted(path)}, which is no SQLite file`,
        'an SQLite file, or a new one',
      )
    }
    throw new StoreUnavailableError('The file of refresh tokens cannot be opened', { cause: error })
  }
}

const columns =
  'id, granted, current_hash, previous_hash, sealed, rotated_at_ms, expires_at_ms, ends_at_ms, revoked_at_ms'

// Each operation is one statement, and so a transaction of its own: there is no step to crash between.
const statements = {
  purge: `DELETE FROM refresh_token_families WHERE id IN
    (SELECT id FROM refresh_token_families WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT 8)`,
  insert: `INSERT INTO refresh_token_families (subject_hash, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  find: `SELECT ${columns} FROM refresh_token_families WHERE id = ?`,
  rotate: `UPDATE refresh_token_families
    SET current_hash = ?, previous_hash = ?, sealed = ?, rotated_at_ms = ?, expires_at_ms = ?
    WHERE id = ? AND current_hash = ? AND revoked_at_ms IS NULL`,
  revoke: 'UPDATE refresh_token_families SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL',
  revokeSubject: 'UPDATE refresh_token_families SET revoked_at_ms = ? WHERE subject_hash = ? AND revoked_at_ms IS NULL',
}

/** A store on an open database, which it closes. */
export function storeOn(database: SqliteDatabase, busyTimeoutMs: number): RefreshTokenStore {
  database.exec('PRAGMA busy_timeout = 0')
  let isOpen = true

  async function attempt<T>(operation: () => T): Promise<T> {
    try {
      return await retryBusy(() => {
        if (!isOpen) throw new StoreUnavailableError('The store is closed')
        return operation()
      }, busyTimeoutMs)
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error
      throw new StoreUnavailableError('The file of refresh tokens cannot be used', { cause: error })
    }
  }

  return Object.freeze({
    insert: async (family: RefreshTokenFamily, nowMs: number) => {
      await attempt(() => database.run(statements.purge, [nowMs]))
      await attempt(() =>
        database.run(statements.insert, [
          hashOf(family.grant.subject),
          family.id,
          JSON.stringify(family.grant),
          family.current,
          family.previous ?? null,
          family.sealed ?? null,
          family.rotatedAtMs,
          family.expiresAtMs,
          family.endsAtMs,
          family.revokedAtMs ?? null,
        ]),
      )
    },
    find: async (id: string) => {
      const row = await attempt(() => database.get(statements.find, [id]))
      return row && familyOf(row)
    },
    rotate: async (id: string, { current, previous, sealed, rotatedAtMs, expiresAtMs }: RefreshTokenRotation) => {
      const values = [current, previous, sealed ?? null, rotatedAtMs, expiresAtMs, id, previous]
      return (await attempt(() => database.run(statements.rotate, values))) === 1
    },
    revoke: async (id: string, nowMs: number) =>
      (await attempt(() => database.run(statements.revoke, [nowMs, id]))) === 1,
    revokeSubject: (subject: string, nowMs: number) =>
      attempt(() => database.run(statements.revokeSubject, [nowMs, hashOf(subject)])),
    close: async () => {
      if (!isOpen) return
      isOpen = false
      try {
        // So that the file is whole by itself, for whoever copies it. Where others use it, they do that.
        database.get('PRAGMA wal_checkpoint(TRUNCATE)', [])
      } catch {
        // Whoever opens it next does that.
      }
      database.close()
    },
  })
}

function familyOf(row: SqlRow): RefreshTokenFamily {
  return {
    id: String(row['id']),
    grant: JSON.parse(String(row['granted'])) as RefreshTokenGrant,
    current: String(row['current_hash']),
    previous: text(row['previous_hash']),
    sealed: text(row['sealed']),
    rotatedAtMs: Number(row['rotated_at_ms']),
    expiresAtMs: Number(row['expires_at_ms']),
    endsAtMs: Number(row['ends_at_ms']),
    revokedAtMs: typeof row['revoked_at_ms'] === 'number' ? row['revoked_at_ms'] : undefined,
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** What names a user is no key of a store (STORE-3). */
function hashOf(subject: string): string {
  return createHash('sha256').update(subject).digest('base64url')
}
