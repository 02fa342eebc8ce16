import { expect, type APIRequestContext, type Locator, type Page } from '@playwright/test'

/** A node on the canvas. */
export const box = (page: Page, id: string): Locator => page.locator(`.react-flow__node[data-id="${id}"]`)
export const edges = (page: Page): Locator => page.locator('.react-flow__edge')

/** Chooses a type of node in the small palette that is open. */
export async function pick(page: Page, type: string): Promise<void> {
  const field = page.locator('[cmdk-input]')
  await field.fill(type)
  await field.press('Enter')
  await expect(field).toHaveCount(0)
}

type Saved = { nodes: { id: string; type: string; name: string; position: { x: number; y: number }; config: Record<string, unknown> }[]; edges: { source: string; target: string }[] }

/** The graph as the server has it, once the page says that it has it. */
export async function saved(page: Page, request: APIRequestContext, id: string): Promise<Saved> {
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  return ((await (await request.get(`/api/workflows/${id}`)).json()) as { graph: Saved }).graph
}
