import type { Json } from '@/domain/json'

/** What templates and expressions may see; nothing else exists for them. */
export type Scope = { input: Json; steps: Record<string, { output: Json }>; memory: Record<string, Json>; run: Record<string, Json> }

/** Liquid and CEL behind limits on time and size. Never in a way that reaches the server's own objects. */
export type Templates = {
  /** @throws {AppError} TEMPLATE_FAILED, with where */
  render(template: string, scope: Scope): Promise<string>
  /** @throws {AppError} EXPRESSION_FAILED */
  evaluate(expression: string, scope: Scope): Promise<Json>
}
