import type { Readable } from 'node:stream'

export type StagedFile = {
  /** Where the store put it for now; means something to that store alone. */
  path: string
  /** Lower-case hex. */
  sha256: string
  /** Bytes. */
  size: number
  /** The media type that the first bytes speak of; null where they speak of none, as in plain text. */
  sniffedType: string | null
}

/** First and last byte, both included and counted from 0, as in HTTP. */
export type ByteRange = { start: number; end: number }

/**
 * Keeps files under the SHA-256 of their content, so that the same content is there once.
 * A file is staged while it arrives, and kept once the ticket it belongs to is sure.
 */
export type AttachmentStore = {
  /**
   * Streams a file into staging while hashing and sniffing it; it is durable there when this resolves. After any failure nothing of it is left and the source is destroyed.
   * @throws TooManyBytesError past `maxBytes`; SourceFailedError when the source fails or `signal` aborts; else the store's own failure.
   */
  stage(source: Readable, options: StageOptions): Promise<StagedFile>
  /** Moves a staged file under its hash. May be repeated, and run at once with others of the same content. */
  keep(staged: StagedFile): Promise<void>
  /** The path of its content on this machine now, staged or kept; good for an hour at least. Without `path`: kept content. */
  locate(file: { sha256: string; path?: string }): Promise<string>
  /** Removes a staged file; one that is gone or kept already is left as it is. */
  discard(staged: StagedFile): Promise<void>
  /** Streams kept content, or a range of it that lies within; null when there is none. The caller reads the stream to its end or destroys it. */
  open(sha256: string, range?: ByteRange): Promise<Readable | null>
  /**
   * Removes what killed processes left in staging: files not written to for so many milliseconds, which has to be
   * longer than any request takes, and whose path nobody uses. Answers how many were removed.
   */
  sweep(olderThanMs: number, inUse: ReadonlySet<string>): Promise<number>
  /**
   * An address from which anybody gets kept content as a file to save, past this service, for so many seconds; null where
   * there is no such address now.
   */
  presign(
    sha256: string,
    saved: { filename: string; sniffedType: string | null; seconds: number },
  ): Promise<string | null>
  /** Sets kept content aside that nobody seems to want: it is found as before, until `review` decides. Fine when there is none. */
  retire(sha256: string): Promise<void>
  /**
   * Decides on what was set aside. What is wanted after all is kept as before; what is not and has been aside for so many
   * milliseconds is removed. That time has to be longer than any that passes between `keep` and when it can be seen that
   * the content is wanted.
   */
  review(
    isWanted: (sha256: string) => Promise<boolean>,
    olderThanMs: number,
  ): Promise<{ restored: number; removed: number }>
}

export type StageOptions = { maxBytes: number; signal?: AbortSignal | undefined }
