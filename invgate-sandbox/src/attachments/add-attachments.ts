import type { ReceivedFile } from '../api/receive.ts'
import type { World } from '../world/world.ts'

/** Files away what was received; returns the ids that incidents and comments refer to. */
export function addAttachments(world: World, files: readonly ReceivedFile[]): number[] {
  return files.map((file) => {
    const id = world.nextId('attachment')
    world.attachments.set(id, { id, ...file })
    return id
  })
}
