import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { startTestApp } from './test-app.ts'

test('closing lets a request in flight finish and accepts no other', async (t) => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  const { app } = await startTestApp(t, {
    routes: (app) => {
      app.get('/slow', async () => {
        arrive()
        await released
        return { done: true }
      })
    },
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const answer = fetch(`${origin}/slow`)
  await arrived
  const closed = app.close()
  await assert.rejects(fetch(`${origin}/open`), 'the port is closed for newcomers')
  release()
  assert.deepEqual(await (await answer).json(), { done: true })
  await closed
})

test('closing waits for an answer that is under way, and for no idle connection', async (t) => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { app } = await startTestApp(t, {
    routes: (app) => {
      app.get('/stream', async (_request, reply) =>
        reply.send(
          Readable.from(
            (async function* () {
              yield 'begin'
              await released
              yield ' end'
            })(),
          ),
        ),
      )
    },
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const answer = await fetch(`${origin}/stream`)
  const started = performance.now()
  const closed = app.close()
  release()
  assert.equal(await answer.text(), 'begin end')
  await closed
  assert.ok(performance.now() - started < 5000, 'kept-alive connections do not hold it up')
})
