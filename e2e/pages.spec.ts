import { expect, test } from '@playwright/test'
import { expectAccessible, goOverInto } from './accessible'
import { finishedRun, makeWorkflow, templateGraph } from './steps'

// So that they are shared out among the workers.
test.describe.configure({ mode: 'parallel' })

const places = { workflows: '/workflows', runs: '/runs', fleet: '/fleet', metrics: '/charts', logs: '/logs', alerts: '/alerts', settings: '/settings', 'not found': '/nothing-here' }

let editor = ''
let report = ''
let run = ''
let compare = ''
test.beforeAll(async ({ request }) => {
  const { graph } = await templateGraph(request, 'text-processing')
  editor = `/workflows/${await makeWorkflow(request, 'Accessible', graph)}`
  const finished = await finishedRun(request)
  report = `/workflows/${((await (await request.get(`/api/runs/${finished}`)).json()) as { workflowId: string }).workflowId}/report`
  run = `/runs/${finished}`
  compare = `/runs/${finished}/compare/${await finishedRun(request)}`
})

/** Each page is loaded in one theme and goes over into the other: between the two languages both are loaded. */
for (const [language, ...themes] of [['en', 'light', 'dark'], ['ko', 'dark', 'light']] as const) {
  test(`every page in ${language}, ${themes.join(' and ')}: no serious finding, nothing left untranslated`, async ({ page, context, baseURL }) => {
    await context.addCookies([{ name: 'heddle-locale', value: language, url: baseURL! }])
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && !message.text().includes('404') && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    for (const [name, path] of Object.entries({ ...places, editor, versions: `${editor}/versions`, run, compare, report })) {
      await page.emulateMedia({ colorScheme: themes[0] })
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeAttached()
      await expect(page.locator('html')).toHaveAttribute('lang', language)
      await page.waitForLoadState('networkidle')
      await expectAccessible(page, { name })
      expect(await page.getByText(/\b(shell|workflows|editor|versions|runs?|fleet|metrics|logs|alerts|report|settings|common|states|problems|triggers)\.[a-z]+(\.[a-zA-Z]+)*\b/).count(), `${name}: a message without its text`).toBe(0)
      await goOverInto(page, themes[1])
      await expectAccessible(page, { name: `${name}, ${themes[1]}`, only: 'colours' })
    }
    expect(complaints).toEqual([])
  })
}

test('panels and dialogs are accessible too', async ({ page }) => {
  await page.goto(editor)
  await page.locator('.react-flow__node[data-id="tone"]').click()
  await page.getByText('When it runs, and when it fails').click()
  await expectAccessible(page, { name: 'node form' })
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expectAccessible(page, { name: 'run dialog' })
  await page.goto(run)
  await page.locator('.react-flow__node[data-id="gitcode"]').click()
  for (const tab of ['Input', 'Text', 'Logs', 'Attempts', 'Route']) {
    await page.getByRole('tab', { name: tab }).click()
    await expectAccessible(page, { name: `step panel, ${tab}` })
  }
  await page.getByRole('button', { name: 'Fork here' }).click()
  await expectAccessible(page, { name: 'fork dialog' })
})

test('on a phone every page fits its width', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of [...Object.values(places), editor, `${editor}/versions`, run, compare, report]) {
    await page.goto(path)
    await page.waitForLoadState('networkidle')
    const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth: window.innerWidth }))
    expect(scrollWidth, path).toBeLessThanOrEqual(innerWidth)
  }
})

test('on a phone a node is added from the bar', async ({ page, request }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`/workflows/${await makeWorkflow(request, 'Small', { nodes: [], edges: [] })}`)
  await page.getByRole('button', { name: 'Add node' }).click()
  await page.getByRole('dialog', { name: 'Nodes' }).getByRole('button', { name: 'Add Transform' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(1)
})

test('the language chosen on a page stays', async ({ page }) => {
  await page.goto('/settings')
  await page.getByRole('radio', { name: '한국어' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '설정' })).toBeVisible()
  await page.goto('/workflows')
  await expect(page.getByRole('heading', { level: 1, name: '워크플로' })).toBeVisible()
})

test('a theme comes at once, whether a person or the system changes it', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/settings')
  // What begins to fade with the new theme.
  const fading = () => page.evaluate(() => new Promise<number>((resolve) => {
    let begun = 0
    document.addEventListener('transitionrun', () => begun++)
    const was = document.documentElement.className
    const look = () => requestAnimationFrame(() => (document.documentElement.className === was ? look() : requestAnimationFrame(() => requestAnimationFrame(() => resolve(begun)))))
    look()
  }))
  await expect(page.locator('html')).toHaveClass('light')
  const bySystem = fading()
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await bySystem).toBe(0)
  await page.emulateMedia({ colorScheme: 'light' })
  await expect(page.locator('html')).toHaveClass('light')
  const byHand = fading()
  await page.getByRole('radio', { name: 'Dark' }).dispatchEvent('click')
  expect(await byHand).toBe(0)
  await expect(page.locator('html[data-at-once]')).toHaveCount(0)
})

test('a page brings along neither the texts of all others nor these pages themselves, until one comes near them', async ({ page }) => {
  const fetched: string[] = []
  page.on('request', (request) => request.url().includes('_rsc=') && fetched.push(new URL(request.url()).pathname))
  const html = await (await page.goto(editor))!.text()
  expect(html).not.toMatch(/settings\\?":/)
  await expect(page.locator('.react-flow__node').first()).toBeVisible()
  await page.waitForLoadState('networkidle')
  expect(fetched).toEqual([])
  await page.getByRole('link', { name: 'Fleet' }).hover()
  await expect.poll(() => fetched).toContain('/fleet')
})

test('a chain is made without drawing, and workflows are found, copied and deleted', async ({ page }) => {
  await page.goto('/workflows')
  await page.getByRole('button', { name: 'New chain' }).click()
  await page.getByLabel('Name of the chain').fill('Write and check')
  await page.getByRole('dialog').getByLabel('Name *', { exact: true }).fill('Writer')
  await page.getByRole('button', { name: 'Add agent' }).click()
  await page.getByRole('listitem').filter({ hasText: 'Agent 2' }).getByLabel('Name').fill('Checker')
  await page.getByRole('button', { name: 'Create chain' }).click()
  await page.waitForURL(/\/workflows\/wf_/)
  await expect(page.locator('.react-flow__node')).toHaveCount(4)
  await page.goto('/workflows')
  await page.getByLabel('Search workflows').fill('write and ch')
  await page.getByRole('button', { name: 'Actions for Write and check' }).click()
  await page.getByRole('menuitem', { name: 'Duplicate' }).click()
  await page.getByRole('button', { name: 'Actions for Write and check (copy)' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('link', { name: 'Write and check (copy)' })).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'Write and check', exact: true })).toHaveCount(1)
})
