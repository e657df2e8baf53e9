/** The options of `sluice experiment`: its own, and a switch for each variant that an experiment has. */
import { experiments } from '../experiments/registry.ts'
import type { OptionTable } from '../models/option-table.ts'

const variantOptions: OptionTable = Object.fromEntries(
  experiments.flatMap(({ name, variants }) =>
    Object.entries(variants).map(([variant, about]) => [
      variant,
      { kind: 'switch', default: false, about: `${name}: ${about}` } as const,
    ]),
  ),
)

const ownOptions = {
  quick: { kind: 'switch', default: false, about: 'A small form of it, in less than a minute.' },
  seeds: {
    kind: 'whole',
    default: null,
    minimum: 1,
    maximum: 1000,
    about: 'How many seeds, from 1 on; as many as the experiment needs when not given.',
  },
  data: {
    kind: 'text',
    default: null,
    placeholder: 'PATH',
    about: 'The folder of data sets; by default what the variable SLUICE_DATA names.',
  },
  out: {
    kind: 'text',
    default: 'out',
    placeholder: 'FOLDER',
    about: 'Where the result (JSON), the charts (SVG) and the checkpoints of a long run go.',
  },
  resume: { kind: 'switch', default: false, about: 'Go on from the checkpoint of an interrupted run.' },
  threads: {
    kind: 'whole',
    default: 1,
    minimum: 1,
    maximum: 256,
    about: 'Threads to divide the work among. The results are the same.',
  },
} as const satisfies OptionTable

export const experimentOptions = { ...ownOptions, ...variantOptions } as typeof ownOptions & OptionTable
