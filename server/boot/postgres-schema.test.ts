import { expect, it } from 'vitest'
import { derivePostgresMigrations, postgresMigration } from './postgres-schema.mjs'

it('has every migration of SQLite for PostgreSQL too (else: node deploy/derive-postgres.mjs)', () => {
  expect(derivePostgresMigrations()).toEqual([])
})

it('refuses what would not mean the same there', () => {
  expect(() => postgresMigration('PRAGMA foreign_keys=OFF;')).toThrow('PRAGMA')
  expect(postgresMigration('"a" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "at" REAL NOT NULL, "text" TEXT DEFAULT \'REAL\'')).toBe('"a" SERIAL NOT NULL PRIMARY KEY, "at" DOUBLE PRECISION NOT NULL, "text" TEXT DEFAULT \'REAL\'')
})
