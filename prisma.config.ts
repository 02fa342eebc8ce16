import { defineConfig } from 'prisma/config'

// Only `generate`, `validate` and `format` are run, all offline; migrations are applied by
// server/adapters/prisma/migrate.ts at start. The address is for Prisma's own CLI, where it can run.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations/sqlite' },
  datasource: { url: 'file:.heddle/heddle.db' },
})
