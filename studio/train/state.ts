/** What the Train view shows: its place in the address, and the contenders that follow from it. */
import { computed, signal } from '@preact/signals'
import { inOrder, quantityName } from '../parts/quantities.ts'
import { type Codec, choice, field, text, whole } from '../shell/address.ts'
import {
  ABLATED,
  CELLS,
  CHANGES,
  type Contender,
  DEFAULTS,
  keyOf,
  MOST,
  quantitiesOf,
  type Settings,
} from './contenders.ts'
import { trainWords } from './words.ts'

export const MODES = ['cells', 'twin'] as const
export const PACES = ['fast', 'slow'] as const
export const SHOWN_OF = ['mean', 'unit'] as const
export const SHOWN_AS = ['change', 'value'] as const
/** Cells that have something to take away. */
export const TWIN_CELLS = CELLS.filter(cell => ABLATED[cell].length > 0)

const between = (initial: number, least: number, most: number): Codec<number> => ({
  ...whole(initial),
  read: t => (/^\d{1,9}$/.test(t) && Number(t) >= least && Number(t) <= most ? Number(t) : undefined),
})

const rate: Codec<number> = {
  initial: DEFAULTS.learningRate,
  read: t => (/^\d*\.?\d+$/.test(t) && Number(t) > 0 && Number(t) <= 10 ? Number(t) : undefined),
  print: String,
}

const MOST_SEED = 999_999_999
/** Stands for: the last one. */
const LAST = 999_999

export const fields = {
  mode: field('mode', choice(MODES, 'cells')),
  cell: field('cell', choice(TWIN_CELLS, 'lstm')),
  gate: field('gate', text('forgetGate')),
  change: field('change', choice(CHANGES, 'without')),
  hidden: field('hidden', between(DEFAULTS.hidden, 1, MOST.hidden)),
  epochs: field('epochs', between(DEFAULTS.epochs, 1, MOST.epochs)),
  seed: field('seed', between(DEFAULTS.seed, 0, MOST_SEED)),
  rate: field('rate', rate),
  /** Whether it is the person's own table, which no address can bring. */
  data: field('data', choice(['brought', 'own'], 'brought')),
  pace: field('pace', choice(PACES, 'fast')),
  /** Where training was paused: it is trained again up to here. */
  steps: field('steps', whole(0)),
  /** Selected in the curves, in steps; 0: the last. */
  at: field('at', whole(0)),
  /** Of the birth of a memory. */
  run: field('run', whole(1)),
  quantity: field('quantity', text('')),
  of: field('of', choice(SHOWN_OF, 'mean')),
  as: field('as', choice(SHOWN_AS, 'change')),
  checkpoint: field('checkpoint', whole(LAST)),
  token: field('token', whole(0)),
  unit: field('unit', whole(0)),
}

/** Shown first, of those that there are. */
const FIRST_SHOWN = ['forgetGate', 'updateGate']

const FIRST_TEXT = 'the food was good but the service was slow'
/** Shared by all views. */
export const written = field('text', text(FIRST_TEXT))

/** The person's own table. */
export const table = signal<File | null>(null)

/** The quantity that the twin lacks; the cell's first where it has none of that name. */
export const ablatedQuantity = computed(() => {
  const names = ABLATED[fields.cell.value]
  return names.includes(fields.gate.value) ? fields.gate.value : names[0]
})

export const contenders = computed((): readonly Contender[] => {
  if (fields.mode.value === 'cells') return CELLS.map(cell => ({ cell, ablation: null }))
  const cell = fields.cell.value
  return [
    { cell, ablation: null },
    { cell, ablation: { quantity: ablatedQuantity.value, change: fields.change.value } },
  ]
})

export const settings = computed(
  (): Settings => ({
    hidden: fields.hidden.value,
    epochs: fields.epochs.value,
    seed: fields.seed.value,
    learningRate: fields.rate.value,
  }),
)

/** Another one is another training. */
export const trainingKey = computed(() =>
  JSON.stringify([contenders.value.map(keyOf), settings.value, fields.data.value, table.value?.name ?? null]),
)

/** In the page's language. */
export function nameOf({ cell, ablation }: Contender): string {
  const words = trainWords.value
  const name = words.cellNames[cell]
  return ablation ? words.twinName(name, quantityName(ablation.quantity), ablation.change) : name
}

/** The contender whose memory is shown being born. */
export const shownRun = computed(() => Math.min(fields.run.value, contenders.value.length - 1))
export const shownQuantities = computed(() => inOrder(quantitiesOf(contenders.value[shownRun.value])))
export const shownQuantity = computed(() => {
  const names = shownQuantities.value
  const chosen = fields.quantity.value
  return [chosen, ...FIRST_SHOWN].find(name => names.includes(name)) ?? names[0]
})

export function chooseTable(file: File): void {
  table.value = file
  fields.data.set('own')
}

export const colourOfRun = (run: number): string => `--run-${run}`
