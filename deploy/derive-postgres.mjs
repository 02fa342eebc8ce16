// Run after a migration was added for SQLite: writes PostgreSQL's.
import { derivePostgresMigrations } from '../server/boot/postgres-schema.mjs'

const written = derivePostgresMigrations({ write: true })
process.stdout.write(written.length === 0 ? 'Nothing to derive.\n' : `Written: ${written.join(', ')}\n`)
