export { dynamic, GET } from '@/app/api/runs/[id]/route'
