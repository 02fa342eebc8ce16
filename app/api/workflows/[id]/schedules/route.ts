import { handleRoute, json } from '@/app/api/handle-route'
import { scheduleBody, ScheduleWish } from '@/wire/triggers'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const GET = handleRoute<Params>(async ({ useCases, actor, params }) => json({ items: (await useCases.schedules.list(actor, params.id)).map(scheduleBody), nextCursor: null }))

export const POST = handleRoute<Params>(async ({ useCases, actor, params, body }) => {
  const { timeZone, ...wish } = await body(ScheduleWish)
  return json(scheduleBody(await useCases.schedules.create(actor, params.id, { ...wish, zone: timeZone })), 201)
})
