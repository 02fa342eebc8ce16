import { z } from 'zod'

/** A JSON value as it travels between steps. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export const Json: z.ZodType<Json> = z.json()

/** Epoch milliseconds. Handed in everywhere; the domain never reads a clock. */
export type EpochMs = number
