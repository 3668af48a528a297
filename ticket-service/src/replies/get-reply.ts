import type { RepliesRepository } from './replies.repository.ts'
import type { Reply } from './reply.ts'

/** For the retry of the request that wrote it. @throws Error when it is not there, as replies are never removed */
export function createGetReply({ replies }: { replies: Pick<RepliesRepository, 'find'> }) {
  return async (id: string): Promise<Reply> => {
    const reply = await replies.find(id)
    if (reply === null) throw new Error(`there is no reply ${id}`)
    return reply
  }
}
