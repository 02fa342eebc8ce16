import { problemResponse } from '@/app/api/handle-route'
import { problem } from '@/wire/problem'

export const dynamic = 'force-dynamic'

/** Where nothing answers, the answer is still one that a program can read. */
function answer(request: Request): Response {
  const path = new URL(request.url).pathname
  return problemResponse(problem('NOT_FOUND', `Nothing answers at ${path}`, 'The API is described at /api/openapi.json.'))
}

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT }
