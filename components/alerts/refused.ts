import { toast } from 'sonner'
import { asProblem } from '@/components/live/problem-error'

/** Says that something was not done, and what to do about it. */
export function refused(error: unknown): void {
  toast.error(asProblem(error).message, { description: asProblem(error).hint })
}
