import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { AppError } from '../errors/app-error.ts'
import { failureBody } from '../http/failure.ts'

const failures: Record<string, () => AppError> = {
  HPE_HEADER_OVERFLOW: () => new AppError('request.headers_too_large', 'the request headers are too large'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new AppError('request.timeout', 'the request did not arrive in time'),
}

/** Answers what is not even HTTP, or came too slowly, before any route is known: on the bare socket. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const failure =
    failures[error.code ?? '']?.() ?? new AppError('request.malformed', 'this is not a valid HTTP request')
  const id = randomUUID()
  const body = JSON.stringify(failureBody(failure, id))
  socket.end(
    `HTTP/1.1 ${failure.statusCode} Error\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nx-request-id: ${id}\r\nconnection: close\r\n\r\n${body}`,
  )
}
