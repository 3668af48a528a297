import type { Comparison, Pace } from '../measure/compare.ts'
import type { World } from '../targets/world.ts'

export type ComparedCase = { name: string; goal: number; comparison: Comparison }

/** A single figure; `goal` is the most it may be. */
export type MeasuredCase = { what: string; value: number; unit: 'ms' | 'MiB' | '%'; goal: number }

export type Result = { compared: ComparedCase[]; measured: MeasuredCase[] }

export type BenchCase = (world: World, options: { pace: Pace; quick: boolean }) => Promise<Result>
