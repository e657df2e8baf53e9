/**
 * What an experiment's run is as one JSON document: findings, and how they came about. `docs/results/` holds those of
 * the full runs, from which the tables of `docs/experiments.md` are made.
 */
import { type Chart, type Extent, type Figure, type Findings, isReached, meanOf } from './experiment.ts'

/** A figure with what follows from its values. */
export interface SummedFigure extends Figure {
  readonly mean: number
  readonly least: number
  readonly greatest: number
  /** Whether the published value or the goal is reached (`isReached`); null: there is none. */
  readonly reached: boolean | null
}

export interface ExperimentResult {
  readonly experiment: string
  readonly variant: string | null
  readonly extent: Extent
  readonly question: string
  /** The line that does it again. */
  readonly command: string
  readonly seeds: readonly number[]
  readonly figures: readonly SummedFigure[]
  readonly charts: readonly Chart[]
  readonly texts: readonly { readonly title: string; readonly text: string }[]
  /** By the clock, and of the processor, over all threads. Of a run that went on from a checkpoint, since then. */
  readonly seconds: number
  readonly processorSeconds: number
  readonly isResumed: boolean
  /** The day, as 2026-11-24. */
  readonly date: string
  /** What it ran on, in words. */
  readonly machine: string
  readonly library: string
}

/** How a run came about. */
export type RunFacts = Omit<ExperimentResult, 'figures' | 'charts' | 'texts'>

export function resultOf({ figures, charts, texts = [] }: Findings, facts: RunFacts): ExperimentResult {
  const { experiment, variant, extent, question, command, seeds, ...rest } = facts
  return {
    ...{ experiment, variant, extent, question, command, seeds },
    figures: figures.map(summed),
    charts,
    texts,
    ...rest,
  }
}

function summed(figure: Figure): SummedFigure {
  const { values } = figure
  return {
    ...figure,
    mean: meanOf(figure),
    least: Math.min(...values),
    greatest: Math.max(...values),
    reached: isReached(figure),
  }
}

/** A result as the text of its file, a list of numbers on one line. */
export const resultText = (result: ExperimentResult): string =>
  `${JSON.stringify(result, null, 1).replace(NUMBERS, list => list.replaceAll(/\n\s*/g, ' '))}\n`

/** Strings of a JSON text have no line ends, so that this finds none of them. */
const NUMBERS = /\[\n\s*-?\d[^"[\]{}]*\]/g

/** The name of an experiment's files, without their ends: `penn-treebank-dropout`, `reber-quick`. */
export const fileNameOf = (name: string, variant: string | null, extent: Extent): string =>
  [name, variant, extent === 'full' ? null : extent].filter(part => part !== null).join('-')

export const chartFileName = (stem: string, { name }: Chart): string => `${stem}-${name}.svg`
