/** Runs an experiment in its form for tests. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Experiment, Extent, Figure, Findings } from './experiment.ts'

/** The folder of data sets; experiments that need one are skipped without it. */
export const DATA = process.env.SLUICE_DATA

/** @param seeds  How many; the experiment's own number when not given. */
export async function findingsOf(
  experiment: Experiment,
  { variant = null, seeds, extent = 'test' }: { variant?: string | null; seeds?: number; extent?: Extent } = {},
): Promise<Findings> {
  return await experiment.run({
    extent,
    variant,
    seeds: Array.from({ length: seeds ?? experiment.seeds.test }, (_, k) => k + 1),
    readText: async path => {
      const bytes = readFileSync(join(DATA as string, path))
      return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
    },
  })
}

/** The values of the one figure that is of this and measures that; words within their names. */
export function valuesOf({ figures }: Findings, of: string, what: string): readonly number[] {
  const found = figures.filter(figure => figure.of.includes(of) && figure.what.includes(what))
  if (found.length === 1) return found[0].values
  const names = figures.map(({ of, what }: Figure) => `${of}: ${what}`)
  throw new Error(`expected one figure of "${of}" for "${what}", got ${found.length}, among ${names.join(', ')}`)
}
