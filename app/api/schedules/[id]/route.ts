import { handleRoute, json, noContent } from '@/app/api/handle-route'
import { scheduleBody, ScheduleChange } from '@/wire/triggers'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const GET = handleRoute<Params>(async ({ useCases, actor, params }) => json(scheduleBody(await useCases.schedules.find(actor, params.id))))

export const PUT = handleRoute<Params>(async ({ useCases, actor, params, body }) => {
  const { timeZone, ...change } = await body(ScheduleChange)
  return json(scheduleBody(await useCases.schedules.update(actor, params.id, { ...change, ...(timeZone !== undefined && { zone: timeZone }) })))
})

export const DELETE = handleRoute<Params>(async ({ useCases, actor, params }) => {
  await useCases.schedules.remove(actor, params.id)
  return noContent()
})
