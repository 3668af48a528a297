import assert from 'node:assert/strict'

/** Polls until the condition holds; fails after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, 'what was awaited did not come')
    await new Promise(setImmediate)
  }
}
