import { z } from 'zod'
import { said } from './field-fault'

/** Longest template, prompt or expression, in characters. */
const MAX_TEXT = 1_000_000
export const Text = z.string().max(MAX_TEXT, said.TOO_LONG_TEXT)
export const Needed = Text.refine((text) => text.trim() !== '', said.MISSING)
export const JsonSchema = z.record(z.string(), z.json())
/** Of an HTTP request, each a template. */
export const Headers = z.record(z.string().max(200), Text)
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
/** Distributions or modules that code imports; looked for before it runs, never installed. */
export const Packages = z.array(z.string().trim().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, said.BAD_PACKAGE)).max(50)
