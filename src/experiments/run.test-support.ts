/** Runs an experiment in its form for tests, which needs no data set: texts are the test's own. */
import type { Experiment, Findings } from './experiment.ts'

interface RunOptions {
  readonly variant?: string | null
  /** How many. @default the experiment's own number */
  readonly seeds?: number
  /** In place of the data folder. */
  readonly readText?: (path: string) => string
}

export async function findingsOf(
  experiment: Experiment,
  { variant = null, seeds = experiment.seeds.test, readText = refuse }: RunOptions = {},
): Promise<Findings> {
  return await experiment.run({
    extent: 'test',
    variant,
    seeds: Array.from({ length: seeds }, (_, k) => k + 1),
    readText: async path => readText(path),
  })
}

function refuse(path: string): string {
  throw new Error(`expected an experiment that makes its own data, got one that reads ${path}`)
}

/** The values of the one figure that is of this and measures that; words within their names. */
export function valuesOf({ figures }: Findings, of: string, what: string): readonly number[] {
  const found = figures.filter(figure => figure.of.includes(of) && figure.what.includes(what))
  if (found.length === 1) return found[0].values
  const names = figures.map(figure => `${figure.of}: ${figure.what}`)
  throw new Error(`expected one figure of "${of}" for "${what}", got ${found.length}, among ${names.join(', ')}`)
}
