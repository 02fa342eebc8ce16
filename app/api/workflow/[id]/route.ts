import { GET as readRun } from '@/app/api/runs/[id]/route'

export const dynamic = 'force-dynamic'

/** The quick API's own name for a run. */
export const GET = readRun
