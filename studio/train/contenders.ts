/** Who is trained side by side, and how: what the page chooses and the worker does. */
import type { Cell } from '../../src/cells/define.ts'
import type { TrainOptions } from '../../src/models/text-classifier.ts'

export const CELLS = ['rnn', 'lstm', 'gru'] as const
export type CellName = (typeof CELLS)[number]

/** Of each cell what can be taken away, in the order of its equations. */
export const ABLATED: Readonly<Record<CellName, readonly string[]>> = {
  rnn: [],
  lstm: ['forgetGate', 'inputGate', 'candidate', 'outputGate'],
  gru: ['resetGate', 'updateGate', 'candidate'],
}

/** Of each cell what a picture can show: its quantities and its states. */
const SHOWN: Readonly<Record<CellName, readonly string[]>> = {
  rnn: ['h'],
  lstm: [...ABLATED.lstm, 'c', 'h'],
  gru: [...ABLATED.gru, 'h'],
}

/** `without`: at 1, and its weights gone; a number: held there; else another function in it. */
export const CHANGES = ['without', 'relu', '0', '0.5', '1'] as const
export type AblationChange = (typeof CHANGES)[number]

export interface Ablation {
  readonly quantity: string
  readonly change: AblationChange
}

export interface Contender {
  readonly cell: CellName
  /** Null: the cell as it is. */
  readonly ablation: Ablation | null
}

/** What a picture can show of a contender: a quantity that is held or gone is a constant, and no picture. */
export function quantitiesOf({ cell, ablation }: Contender): readonly string[] {
  const isVarying = ablation === null || ablation.change === 'relu'
  return isVarying ? SHOWN[cell] : SHOWN[cell].filter(name => name !== ablation.quantity)
}

/** One word for a contender: `lstm`, `lstm-forgetGate-0_5`. */
export const keyOf = ({ cell, ablation }: Contender): string =>
  ablation ? `${cell}-${ablation.quantity}-${ablation.change.replace('.', '_')}` : cell

export interface Settings {
  readonly hidden: number
  readonly epochs: number
  readonly seed: number
  readonly learningRate: number
}

export const DEFAULTS: Settings = { hidden: 24, epochs: 8, seed: 1, learningRate: 0.005 }

/** So that pictures of units can be read and a training in the page ends. */
export const MOST = { hidden: 128, epochs: 30 } as const

/**
 * The library's options. One direction, and the last state alone answers: so what a cell has not kept is lost, and the
 * contenders differ by that and nothing else.
 */
export function trainOptionsOf({ hidden, epochs, seed, learningRate }: Settings, cell: string | Cell): TrainOptions {
  return {
    cell,
    hidden,
    epochs,
    seed,
    learningRate,
    embedding: 24,
    bidirectional: false,
    pooling: 'last',
    batch: 16,
    dropout: 0.2,
    adversarial: 0,
    validation: 0.2,
    minimumCount: 1,
    patience: MOST.epochs,
  }
}
