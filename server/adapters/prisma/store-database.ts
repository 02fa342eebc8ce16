import type { Db } from './sqlite-client'
import type { WriteQueue } from './write-queue'

/** What every store of this folder is made of: committed reads, and writes one after the other. */
export type StoreDatabase = { read: Db; write: Db; queue: WriteQueue }
