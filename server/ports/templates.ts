import type { CodeText } from '@/domain/graph/references'
import type { TextFault } from '@/domain/graph/text-fault'
import type { Json } from '@/domain/json'

/** What templates and expressions may see; nothing else exists for them. */
export type Scope = { input: Json; steps: Record<string, { output: Json }>; memory: Record<string, Json>; run: Record<string, Json> }

/** Liquid and CEL behind limits on time and size. Never in a way that reaches the server's own objects. */
export type Templates = {
  /** @throws {AppError} TEMPLATE_FAILED, with where; its `fault` names it for other languages */
  render(template: string, scope: Scope): Promise<string>
  /** @throws {AppError} EXPRESSION_FAILED */
  evaluate(expression: string, scope: Scope): Promise<Json>
}

/** Reads texts without running them. */
export type Proofreader = {
  /** What would make every run of the text fail, or lose a part of it; undefined: nothing, or it could not be looked at. */
  check(text: WrittenText): Promise<TextFault | undefined>
}

export type WrittenText = Pick<CodeText, 'language' | 'text'>

