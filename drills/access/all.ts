import type { AccessScenario } from './access-scenario.ts'
import { revocation } from './revocation.ts'
import { rotateSecret } from './rotate-secret.ts'

/** What is promised of tokens, over two replicas of each service. */
export const accessScenarios: readonly AccessScenario[] = [rotateSecret, revocation]
