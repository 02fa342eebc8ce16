// better-sqlite3 13 ships no types; this is the little that we use (and what Prisma's adapter names).
declare module 'better-sqlite3' {
  export type Options = { readonly?: boolean; fileMustExist?: boolean; timeout?: number }
  export type Statement = {
    run(...values: unknown[]): { changes: number }
    get(...values: unknown[]): unknown
    all(...values: unknown[]): unknown[]
  }
  export default class Database {
    readonly inTransaction: boolean
    constructor(path: string, options?: Options)
    prepare(sql: string): Statement
    exec(sql: string): this
    pragma(text: string, options?: { simple?: boolean }): unknown
    close(): this
  }
}
