import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from './open-store'

let dir: string
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'heddle-store-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const open = (dataDir: string) => openStore({ dataDir, migrationsDir: join(process.cwd(), 'prisma/migrations/sqlite'), clock: Date })

test('a file that is no database is told of, left as it is, and the folder is let go', async () => {
  const file = join(dir, 'heddle.db')
  const text = 'no database '.repeat(100)
  writeFileSync(file, text)
  for (let start = 0; start < 2; start++) await expect(open(dir)).rejects.toMatchObject({ code: 'STORE_BROKEN', message: `${file} cannot be read: file is not a database` })
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('a data folder that cannot be made is named, with what to do', async () => {
  writeFileSync(join(dir, 'file'), '')
  await expect(open(join(dir, 'file', 'data'))).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE', hint: expect.stringContaining('HEDDLE_DATA_DIR') })
  expect(existsSync(join(dir, 'heddle.db'))).toBe(false)
})
