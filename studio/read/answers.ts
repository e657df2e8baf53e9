/** What the Read view asks: all numbers come from the library's inspection. */

import { findTextColumn } from '../../src/data/columns.ts'
import { parseTable } from '../../src/data/parse-table.ts'
import { firingOver } from '../../src/inspect/firing.ts'
import { gradientOf } from '../../src/inspect/gradient.ts'
import { answerOf, inspect } from '../../src/inspect/inspect.ts'
import { type Change, changed } from '../../src/inspect/interventions.ts'
import { halfLifeOf, ledgerOf } from '../../src/inspect/ledger.ts'
import { predictionsOf } from '../../src/inspect/predictions.ts'
import { type RecordedLayer, recordReading } from '../../src/inspect/record.ts'
import type { Firing, InspectedPrediction, InspectionReport, Ledger } from '../../src/inspect/report.ts'
import { reportFigure } from '../../src/inspect/report-figure.ts'
import { type Reading, readingOf, type Subject, unknownPlaces } from '../../src/inspect/subject.ts'
import { type Answers, Handed, type Work } from '../worker/protocol.ts'
import type { Session } from '../worker/session.ts'
import { broughtTexts } from './texts.ts'

/** Read a text, with all of these changes at once. */
export interface ReadAsk {
  readonly text: string
  readonly changes: readonly Change[]
  /** Counts the models opened, so that another model is another question. */
  readonly opening: number
}

/** A quantity as the page paints it. */
export interface PaintedQuantity {
  /** [T] */
  readonly mean: Float32Array
  /** [T · units], unit u of token t at t · units + u. */
  readonly values: Float32Array
  readonly units: number
}

export interface PaintedLayer {
  readonly layer: number
  readonly direction: 'forward' | 'backward'
  readonly cell: string
  readonly hidden: number
  readonly quantities: Readonly<Record<string, PaintedQuantity>>
  readonly halfLife: readonly (number | null)[] | null
}

export interface ReadAnswer {
  readonly tokens: readonly string[]
  readonly unknown: readonly number[]
  readonly layers: readonly PaintedLayer[]
}

export interface FiringAsk {
  readonly opening: number
  /** Index in `layers`. */
  readonly layer: number
  readonly unit: number
  readonly quantity: string
  /** A file of texts; null: those that the studio brings. */
  readonly file: File | null
}

interface Read {
  readonly subject: Subject
  readonly reading: Reading
  readonly recorded: readonly RecordedLayer[]
  /** Once they have been asked for. */
  predictions?: readonly InspectedPrediction[]
}

/** The last few readings: another step's ledger or the predictions need no second run. */
const KEPT = 3
const kept = new Map<string, Read>()

function read(session: Session, ask: ReadAsk): Read {
  const key = JSON.stringify([ask.opening, ask.text, ask.changes])
  const known = kept.get(key)
  if (known) return known
  let subject: Subject = session.model
  let reading = readingOf(subject, ask.text)
  for (const change of ask.changes) {
    const after = changed(subject, reading, change)
    subject = after.subject
    reading = after.reading
  }
  const made = { subject, reading, recorded: recordReading(subject, reading) }
  kept.set(key, made)
  for (const old of [...kept.keys()].slice(0, -KEPT)) kept.delete(old)
  return made
}

async function predicted(one: Read, signal: AbortSignal): Promise<readonly InspectedPrediction[]> {
  one.predictions ??= await predictionsOf(one.subject, one.reading, { signal })
  return one.predictions
}

export const answers = {
  /** What the cells did. */
  read(ask: ReadAsk, { session }: Work): Handed<ReadAnswer> {
    const { reading, recorded } = read(session, ask)
    const layers = recorded.map(painted)
    const arrays = layers.flatMap(({ quantities }) => Object.values(quantities).flatMap(q => [q.mean, q.values]))
    const answer = { tokens: reading.tokens, unknown: unknownPlaces(reading), layers }
    return new Handed(
      answer,
      arrays.map(({ buffer }) => buffer as ArrayBuffer),
    )
  },

  /** [T]; the last is the answer for the whole text. */
  predictions(ask: ReadAsk, { session, signal }: Work): Promise<readonly InspectedPrediction[]> {
    return predicted(read(session, ask), signal)
  },

  /** [T]: how much each token moves the answer. */
  async gradient(ask: ReadAsk, { session, signal }: Work): Promise<number[]> {
    const one = read(session, ask)
    const predictions = await predicted(one, signal)
    return gradientOf(one.subject, one.reading, answerOf(one.subject, predictions[predictions.length - 1]))
  },

  /** Of one layer, as `inspect --at` draws it up. */
  ledger({ at, layer, ...ask }: ReadAsk & { at: number; layer: number }, { session }: Work): Ledger | null {
    const { recorded } = read(session, ask)
    return ledgerOf(recorded[layer], { at })
  },

  /** The document of `sluice inspect --json`. */
  report({ at, ...ask }: ReadAsk & { at: number | null }, { session, signal }: Work): Promise<InspectionReport> {
    return inspect(session.model, ask.text, { changes: ask.changes, ...(at !== null && { at }), signal })
  },

  /** The figure of `sluice inspect --svg`: vectors only. @param layer  From 0, both directions of it. */
  async figure({ layer, ...ask }: ReadAsk & { layer: number }, { session, signal }: Work): Promise<string> {
    return reportFigure(await inspect(session.model, ask.text, { changes: ask.changes, signal }), { layer })
  },

  /** Where else a unit fires. */
  async firing({ layer, unit, quantity, file }: FiringAsk, { session, signal, report }: Work): Promise<Firing> {
    const { model } = session
    const texts = file ? await textsOf(file) : broughtTexts(model.encoder.tokenizer.settings.language)
    const directions = 'bidirectional' in model.network.sizes && model.network.sizes.bidirectional ? 2 : 1
    const asked = {
      layer: Math.floor(layer / directions),
      direction: layer % directions === 0 ? ('forward' as const) : ('backward' as const),
      unit,
    }
    const onProgress = (done: number) => report(done / texts.length)
    const [found] = await firingOver(model, [asked], texts, { quantity, signal, onProgress })
    return found
  },
} satisfies Answers

async function textsOf(file: File): Promise<string[]> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const table = await parseTable(bytes, { name: file.name })
  const column = findTextColumn(table)
  return table.rows.map(row => row[column]).filter(text => text.trim() !== '')
}

function painted(recorded: RecordedLayer): PaintedLayer {
  const { layer, direction, cell, hidden } = recorded
  const quantities = Object.entries(recorded.quantities).map(([name, { mean, values }]) => {
    const units = values[0].length
    const flat = new Float32Array(values.length * units)
    values.forEach((row, t) => {
      flat.set(row, t * units)
    })
    return [name, { mean: Float32Array.from(mean), values: flat, units }] as const
  })
  return { layer, direction, cell, hidden, quantities: Object.fromEntries(quantities), halfLife: halfLifeOf(recorded) }
}
