/** Cuts a text to so many UTF-16 units, between characters, and shows that it was cut. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text
  const cut = text.slice(0, longest - 1)
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}
