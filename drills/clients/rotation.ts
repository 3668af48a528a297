import type { Replica } from '../world/replica.ts'

/** Takes the replicas in turn, as a reverse proxy does, leaving out those that are draining. */
export type Rotation = {
  next(): Replica
  /** another than this one, or this one when there is no other */
  after(replica: Replica): Replica
  takeOut(replica: Replica): void
  putBack(replica: Replica): void
}

export function createRotation(replicas: readonly Replica[]): Rotation {
  const out = new Set<Replica>()
  let turn = 0
  const next = () => {
    const inUse = replicas.filter((replica) => !out.has(replica))
    turn += 1
    const replica = inUse[turn % inUse.length]
    if (replica === undefined) throw new Error('no replica is in use')
    return replica
  }
  return {
    next,
    after: (replica) => replicas.find((other) => other !== replica && !out.has(other)) ?? next(),
    takeOut: (replica) => void out.add(replica),
    putBack: (replica) => void out.delete(replica),
  }
}
