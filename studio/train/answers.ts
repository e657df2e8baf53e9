/** What the Train view asks: trainings of the library, side by side and a step at a time. */
import { findColumns } from '../../src/data/columns.ts'
import { type LabelledText, toExamples } from '../../src/data/examples.ts'
import { parseTable } from '../../src/data/parse-table.ts'
import { DataError } from '../../src/errors/errors.ts'
import { predictionsOf } from '../../src/inspect/predictions.ts'
import { type RecordedQuantity, recordReading } from '../../src/inspect/record.ts'
import type { LabelPrediction } from '../../src/inspect/report.ts'
import { readingOf } from '../../src/inspect/subject.ts'
import { type Answers, Handed, type Work } from '../worker/protocol.ts'
import { cellOf } from './ablated-cell.ts'
import { type Contender, type Settings, trainOptionsOf } from './contenders.ts'
import { type EpochDone, SteppedTraining } from './stepped-training.ts'

export interface BeginAsk {
  /** A table; null: the sentences that the studio brings. */
  readonly file: File | null
  readonly contenders: readonly Contender[]
  readonly settings: Settings
}

export interface Begun {
  readonly rows: number
  readonly labels: readonly string[]
  readonly stepsAnEpoch: number
  readonly parameters: readonly number[]
}

/** How far one contender has come since it was last asked. */
export interface Advance {
  /** Of each new step, in nats: its loss, and the mean of the last twenty. */
  readonly losses: readonly number[]
  readonly means: readonly number[]
  readonly steps: number
  readonly epochs: readonly EpochDone[]
  readonly checkpoints: readonly { readonly steps: number; readonly epochs: number }[]
  readonly isFinished: boolean
  readonly failure: string | null
}

export interface BirthAsk {
  readonly run: number
  readonly text: string
  readonly quantity: string
  /** Checkpoints at the time of asking: more make another question. */
  readonly checkpoints: number
}

export interface Birth {
  readonly tokens: readonly string[]
  readonly units: number
  /** [checkpoint][token][unit], flat. */
  readonly values: Float32Array<ArrayBuffer>
  /** Over the units, [token][checkpoint], flat. */
  readonly means: Float32Array<ArrayBuffer>
}

let trainings: readonly SteppedTraining[] = []

/** Of the last few texts the pictures made so far, one a checkpoint. */
const KEPT_TEXTS = 4
const kept = new Map<string, { readonly training: SteppedTraining; readonly pictures: RecordedQuantity[] }>()

function picturesOf(training: SteppedTraining, key: string): RecordedQuantity[] {
  const known = kept.get(key)
  if (known?.training === training) return known.pictures
  const made = { training, pictures: [] }
  kept.set(key, made)
  for (const old of [...kept.keys()].slice(0, -KEPT_TEXTS)) kept.delete(old)
  return made.pictures
}

export const answers = {
  /** Draws up all contenders on the same rows and seed, before their first step. */
  async begin({ file, contenders, settings }: BeginAsk): Promise<Begun> {
    for (const old of trainings) old.stop()
    trainings = []
    kept.clear()
    const { rows, columns } = file ? await rowsOf(file) : { rows: await broughtRows(), columns: undefined }
    trainings = await Promise.all(
      contenders.map(contender =>
        SteppedTraining.prepare(rows, { ...trainOptionsOf(settings, cellOf(contender)), ...(columns && { columns }) }),
      ),
    )
    const [{ subject, stepsAnEpoch }] = trainings
    return {
      rows: rows.length,
      labels: subject.labels,
      stepsAnEpoch,
      parameters: trainings.map(training => training.parameterCount),
    }
  },

  /** Trains all of them on, in turns, for as many steps each or as long as time is left. */
  async advance(
    { steps, milliseconds }: { steps: number; milliseconds: number },
    { signal }: Work,
  ): Promise<Advance[]> {
    const end = performance.now() + milliseconds
    const begun = trainings.map(({ checkpoints }) => checkpoints.length)
    const made = trainings.map(() => ({ losses: [] as number[], means: [] as number[] }))
    for (let k = 0; k < steps && (k === 0 || performance.now() < end) && !signal.aborted; k++) {
      for (const [run, training] of trainings.entries()) {
        const progress = await training.step()
        if (progress === null) continue
        made[run].losses.push(progress.stepLoss)
        made[run].means.push(training.meanLoss)
      }
    }
    return trainings.map((training, run) => ({
      ...made[run],
      steps: training.steps,
      epochs: training.epochs,
      checkpoints: training.checkpoints.slice(begun[run]).map(({ steps: at, epochs }) => ({ steps: at, epochs })),
      isFinished: training.isFinished,
      failure: training.failure?.message ?? null,
    }))
  },

  /** What each contender, as it stands, says to a text; null: its weights have left the finite numbers. */
  async predict({ text }: { text: string; steps: number }): Promise<readonly (LabelPrediction | null)[]> {
    const predictions = trainings.map(async ({ subject, failure }) => {
      if (failure) return null
      const all = await predictionsOf(subject, readingOf(subject, text))
      return all[all.length - 1] as LabelPrediction
    })
    return Promise.all(predictions)
  },

  /** One quantity of a text after each checkpoint that was kept. */
  async birth({ run, text, quantity }: BirthAsk, { signal }: Work): Promise<Handed<Birth>> {
    const training = trainings[run]
    const reading = readingOf(training.subject, text)
    const tokens = reading.tokens.length
    const pictures = picturesOf(training, JSON.stringify([run, text, quantity]))
    while (pictures.length < training.checkpoints.length) {
      const subject = training.subjectAt(training.checkpoints[pictures.length])
      const [layer] = recordReading(subject, reading, [quantity])
      pictures.push(layer.quantities[quantity])
      await new Promise(resolve => setTimeout(resolve, 0))
      signal.throwIfAborted()
    }
    const units = training.subject.network.sizes.hidden[0]
    const values = new Float32Array(pictures.length * tokens * units)
    const means = new Float32Array(tokens * pictures.length)
    for (const [k, { mean, values: rows }] of pictures.entries()) {
      for (let t = 0; t < tokens; t++) {
        values.set(rows[t], (k * tokens + t) * units)
        means[t * pictures.length + k] = mean[t]
      }
    }
    return new Handed({ tokens: reading.tokens, units, values, means }, [values.buffer, means.buffer])
  },

  /** The model of a contender's best epoch so far, as a file. */
  take({ run }: { run: number }): Handed<Uint8Array<ArrayBuffer>> {
    const bytes = Uint8Array.from(trainings[run].toBytes())
    return new Handed(bytes, [bytes.buffer])
  },
} satisfies Answers

async function broughtRows(): Promise<LabelledText[]> {
  const { lines } = await import('virtual:sentences')
  return lines.split('\n').map(line => ({ text: line.slice(1), label: line.startsWith('+') ? 'positive' : 'negative' }))
}

async function rowsOf(file: File) {
  const table = await parseTable(new Uint8Array(await file.arrayBuffer()), { name: file.name })
  const places = findColumns(table)
  const { examples } = toExamples(table, places)
  if (examples.length === 0) throw new DataError(`${file.name}: expected rows with text and label, got none.`)
  return { rows: examples, columns: { text: table.columns[places.text], label: table.columns[places.label] } }
}
