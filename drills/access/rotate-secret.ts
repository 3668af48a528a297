import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { createPassword } from '../../scripts/database/private-database.ts'
import type { Replica } from '../world/replica.ts'
import type { AccessDrill, AccessScenario } from './access-scenario.ts'
import type { ServiceName, TokenSecrets } from './access-world.ts'
import { call } from './call.ts'
import { everything } from './traffic.ts'

const sentWithinMs = 60_000

/** The token secret is rotated as docs/operations.md says, under load: nobody notices. */
export const rotateSecret: AccessScenario = {
  name: 'rotate-secret',
  operations: everything,
  perSecond: ({ perSecond }) => perSecond,
  async run(drill) {
    const { world, members, broken } = drill
    const [old, renewed] = [world.secrets().current, createPassword()]
    const tokenOfOld = members[0]?.longLived()
    await rollOut({ current: old, previous: renewed }, drill)
    await rollOut({ current: renewed, previous: old }, drill)

    for (const service of ['identity', 'tickets'] as const) {
      const uses = await usesOfOld(drill, [service])
      if (uses.every((count) => count === 0))
        broken.push(`no token of the old secret was shown to ${service}`)
    }
    await Promise.all(members.map((member) => member.logInAnew()))
    await drill.traffic.settled()
    await mustStandStill(drill)
    await mustAnswer(drill, tokenOfOld, 200)
    await rollOut({ current: renewed }, drill)
    await mustAnswer(drill, tokenOfOld, 401)
  },
}

/** The same without its first step: until all know the new secret, its tokens are strangers to some. */
export const rotateAtOnce: AccessScenario = {
  ...rotateSecret,
  async run(drill) {
    const { world, pace } = drill
    // Long enough for members to come back with what another replica gave them.
    const longer = { ...pace, requestsBetween: 3 * pace.requestsBetween }
    const secrets = { current: createPassword(), previous: world.secrets().current }
    await rollOut(secrets, { ...drill, pace: longer })
  },
}

/** Every replica is told, one after the other; for a while after each those that know and those that do not both serve. */
async function rollOut(secrets: TokenSecrets, drill: AccessDrill): Promise<void> {
  const { world, pace, restart, stopped } = drill
  world.tell(secrets)
  const { identity, tickets } = world.replicas
  const [first, second, third, fourth] = [
    () => restart('identity', identity[0]),
    () => restart('tickets', tickets[0]),
    () => restart('identity', identity[1]),
    () => restart('tickets', tickets[1]),
  ] as const
  const turns = pace.inPairs
    ? [() => Promise.all([first(), second()]), () => Promise.all([third(), fourth()])]
    : [first, second, third, fourth]
  for (const turn of turns) {
    stopped.throwIfAborted()
    await turn()
    await untilSent(pace.requestsBetween, drill)
  }
}

function untilSent(more: number, { traffic }: AccessDrill): Promise<unknown> {
  const end = traffic.sent() + more
  return pollUntil('more requests', () => (traffic.sent() >= end ? true : undefined), sentWithinMs)
}

/** The operator's sign that the old secret may go. */
async function mustStandStill(drill: AccessDrill): Promise<void> {
  const { traffic, pace, broken } = drill
  const before = await usesOfOld(drill)
  await untilSent(pace.requestsWithoutOld, drill)
  await traffic.settled()
  const after = await usesOfOld(drill)
  if (after.join() === before.join()) return
  broken.push(
    `tokens_verified_total{secret="previous"} went on: ${before.join(', ')}, then ${after.join(', ')}`,
  )
}

/** How many tokens of the old secret each replica was shown since it started. */
function usesOfOld(
  { world }: AccessDrill,
  services: readonly ServiceName[] = ['identity', 'tickets'],
): Promise<number[]> {
  const replicas = services.flatMap((service): readonly Replica[] => world.replicas[service])
  return Promise.all(
    replicas.map(async ({ name, url }) => {
      const metrics = await fetch(`${url}/metrics`).then((response) => response.text())
      if (!metrics.includes('# TYPE tokens_verified_total counter'))
        throw new Error(`${name} does not count the tokens that it verifies`)
      // Without any yet it has no such line.
      return Number(/^tokens_verified_total\{[^}]*secret="previous"[^}]*\} (\d+)$/m.exec(metrics)?.[1] ?? 0)
    }),
  )
}

async function mustAnswer(
  { world, broken }: AccessDrill,
  token: string | undefined,
  expected: number,
): Promise<void> {
  if (token === undefined) throw new Error('a drill has members')
  for (const [service, path] of [
    ['identity', '/auth/me'],
    ['tickets', '/api/tickets'],
  ] as const) {
    for (const { name, url } of world.replicas[service]) {
      const answer = await call(url, { method: 'GET', path, token })
      if (answer?.status !== expected)
        broken.push(`${name} answered a token of the old secret ${answer?.status}, not ${expected}`)
    }
  }
}
