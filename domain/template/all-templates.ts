import { approval } from './approval'
import { dataChain } from './data-chain'
import { fourAgents } from './four-agents'
import { planFanOut } from './plan-fan-out'
import { pythonFigures } from './python-figures'
import type { Template } from './template'
import { textProcessing } from './text-processing'
import { toolLoop } from './tool-loop'

/** In the order in which they are offered. */
export const allTemplates: readonly Template[] = [fourAgents, planFanOut, approval, textProcessing, dataChain, pythonFigures, toolLoop]
