import type { AppendWriter } from './append-batch'
import type { EventRows } from './event-rows'
import type { Db } from './sqlite-client'
import type { WriteQueue } from './write-queue'

/** What the stores are made of: committed reads, and writes one after the other. */
export type StoreDatabase = { read: Db; write: Db; queue: WriteQueue; appends: AppendWriter; events: EventRows; dialect: Dialect }

/** Where raw statements differ. */
export type Dialect = 'sqlite' | 'postgresql'
