/**
 * What an experiment is: a question, a run that answers it with figures and charts, and what it is given to run with.
 *
 * An experiment is one file of this folder that reads like its description, and a line in `registry.ts`. It knows no
 * file, page or terminal: data, checkpoints and progress come and go through its context.
 */

/** How much is done: what the documents show, a look at it in under a minute, a test of its direction. */
export type Extent = 'full' | 'quick' | 'test'

export interface Experiment {
  /** In one sentence, as the documents ask it. */
  readonly question: string
  /** Seeds that a run takes when nobody says how many. */
  readonly seeds: Readonly<Record<Extent, number>>
  run(context: ExperimentContext): Promise<Findings>
}

/** What an experiment runs with. */
export interface ExperimentContext {
  readonly extent: Extent
  /** Of the experiment's variants in `registry.ts`; null: its main form. */
  readonly variant: string | null
  /** 1 … n, in order. */
  readonly seeds: readonly number[]
  readonly signal?: AbortSignal | undefined
  /** How far it is: a share from 0 to 1, and what is being done. Called as often as is convenient. */
  readonly onProgress?: ((share: number, doing: string) => void) | undefined
  /**
   * A text of the data folder, `.gz` unpacked.
   *
   * @throws {DataError} there is no such file, with a word on where it comes from.
   */
  readText(path: string): Promise<string>
  /** Where a long training is kept between two runs of the program; absent: nowhere. */
  readonly checkpoints?: Checkpoints | undefined
}

/** Bytes by name. */
export interface Checkpoints {
  /** What an earlier, interrupted run has left, if going on is wanted. */
  load(name: string): Promise<Uint8Array | null>
  save(name: string, bytes: Uint8Array): Promise<void>
}

/** What an experiment has found: numbers, pictures, and a text or two where numbers do not show it. */
export interface Findings {
  readonly figures: readonly Figure[]
  readonly charts: readonly Chart[]
  /** Things to be read, such as a sample of text: title and text. */
  readonly texts?: readonly { readonly title: string; readonly text: string }[]
}

/** A measured number, one value a seed, and what others have published. */
export interface Figure {
  /** The model, or whatever the figures are compared across. */
  readonly of: string
  /** What was measured. */
  readonly what: string
  /** Digits after the point. */
  readonly digits: number
  /** Behind the number: `%`, `nats`. */
  readonly unit?: string
  /** Which way is better; null: neither. */
  readonly better: 'lower' | 'higher' | null
  /** One a seed, in order. */
  readonly values: readonly number[]
  readonly published?: Published
  /** The worst mean that counts as reached, where that is not what was published. */
  readonly goal?: number
}

export interface Published {
  readonly value: number
  /** Author and year, with table or page. */
  readonly source: string
}

/** A picture of lines or points; `svg-chart.ts` draws it. */
export interface Chart {
  /** Part of the file's name; lower case with hyphens. */
  readonly name: string
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  /** Horizontal lines, such as a published value or chance. */
  readonly levels?: readonly { readonly name: string; readonly y: number }[]
}

export interface Axis {
  readonly label: string
  /** @default 'linear' */
  readonly scale?: 'linear' | 'log'
  /** @default from the data */
  readonly domain?: readonly [number, number]
}

export interface Series {
  readonly name: string
  /** @default 'line' */
  readonly kind?: 'line' | 'points'
  /** [x, y], in the order in which a line runs. */
  readonly points: readonly (readonly [number, number])[]
}

/** The mean of a figure's values. */
export const meanOf = ({ values }: Pick<Figure, 'values'>): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * Whether a figure is reached: our mean reaches its goal; without one, the published value lies within the spread of
 * our seeds, or ours are better. Without either, or a direction, there is nothing to reach: null.
 */
export function isReached(figure: Figure): boolean | null {
  const { better, values, published, goal } = figure
  if (better === null) return null
  const isAsGood = (ours: number, wanted: number) => (better === 'lower' ? ours <= wanted : ours >= wanted)
  if (goal !== undefined) return isAsGood(meanOf(figure), goal)
  if (published === undefined) return null
  const best = better === 'lower' ? Math.min(...values) : Math.max(...values)
  return isAsGood(best, published.value)
}
