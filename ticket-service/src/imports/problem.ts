/** What is wrong with a row. `column`: as the file calls it; null for the row as a whole. */
export type Problem = { line: number; column: string | null; reason: string }
