/** The least UUIDv7 of a time (RFC 9562, 5.7): every one that is less was made before. */
export function firstIdOf(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
