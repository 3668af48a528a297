/** Of an even number of values, the mean of the middle two. */
export function median(values: readonly number[]): number {
  return (quantile(values, 0.5, Math.floor) + quantile(values, 0.5, Math.ceil)) / 2
}

/** The value that `share` of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  return quantile(values, share, Math.ceil)
}

function quantile(values: readonly number[], share: number, round: (position: number) => number): number {
  const value = values.toSorted((a, b) => a - b)[round((values.length - 1) * share)]
  if (value === undefined) throw new Error('nothing was measured')
  return value
}
