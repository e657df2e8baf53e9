/** What a benchmark runs again and again. */
import type { Tensor } from '../tensor/index.ts'

export interface Run {
  /** One run; all its work is done when it returns. The input is another one than in the run before. */
  once(): void
  /** Units of work in one run: steps of a stream, tokens; 1 where the run is the unit. */
  readonly units: number
  /** The weights by their names in a model file. */
  readonly parameters: ReadonlyMap<string, Tensor>
}

/** How many different batches a run goes round in. */
export const BATCHES = 8
