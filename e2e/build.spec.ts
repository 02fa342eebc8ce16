import { expect, test } from '@playwright/test'
import { makeWorkflow } from './steps'

const node = (id: string, type: string, x: number, y: number, config: object = {}) => ({ id, type, name: id.toUpperCase(), position: { x, y }, config })

test('the command palette: to a node, add a type, do, undo, and nothing while composing', async ({ page, request }) => {
  await makeWorkflow(request, 'Palette neighbour', { nodes: [], edges: [] })
  const id = await makeWorkflow(request, 'Palette', { nodes: [node('first', 'transform', 0, 0, { expression: '1' }), node('second', 'transform', 300, 0, { expression: '2' })], edges: [] })
  await page.goto(`/workflows/${id}`)
  await expect(page.locator('.react-flow__node')).toHaveCount(2)

  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'Commands' })
  await expect(field).toBeFocused()
  await field.fill('second')
  await expect(page.getByRole('option').first()).toHaveText(/SECOND/)
  // An input method takes Enter and Escape for itself.
  await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
  await field.dispatchEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true })
  await expect(field).toBeVisible()
  await field.press('Enter')
  await expect(field).toBeHidden()
  await expect(page.getByRole('form', { name: 'Settings of SECOND' })).toBeVisible()

  await page.keyboard.press('Control+k')
  await field.fill('approval')
  await field.press('Enter')
  await expect(page.locator('.react-flow__node')).toHaveCount(3)
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)

  await page.keyboard.press('Control+k')
  // The type used last is offered first.
  await expect(page.getByRole('group', { name: 'Add a node' }).getByRole('option').first()).toHaveText(/Add Approval/)
  await field.fill('undo')
  await field.press('Enter')
  await expect(page.locator('.react-flow__node')).toHaveCount(2)

  await page.keyboard.press('Control+k')
  await field.press('Escape')
  await expect(field).toBeHidden()
  await page.getByRole('button', { name: 'Commands' }).click()
  await field.fill('neighbour')
  await page.getByRole('option', { name: 'Palette neighbour' }).first().click()
  await expect(page.getByLabel('Name of the workflow')).toHaveValue('Palette neighbour')
})
