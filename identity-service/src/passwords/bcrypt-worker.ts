import bcrypt from 'bcryptjs'

/** Runs in a worker thread: bcryptjs computes on the thread that calls it, about 100 ms at cost 10. */
export type BcryptTask =
  | { hash: { text: string; cost: number } }
  | { compare: { text: string; hash: string } }

export default function run(task: BcryptTask): Promise<string | boolean> {
  return 'hash' in task
    ? bcrypt.hash(task.hash.text, task.hash.cost)
    : bcrypt.compare(task.compare.text, task.compare.hash)
}
