/** What the Read view shows: its place in the address, and what the worker answers. */
import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Change } from '../../src/inspect/interventions.ts'
import { type Selection, type Stretch, settled, within } from '../parts/selection.ts'
import { choice, field, json, text, whole } from '../shell/address.ts'
import { type Answered, answered } from '../shell/answered.ts'
import { model } from '../shell/open-model.ts'
import { remote } from '../worker/client.ts'
import type { answers, PaintedLayer, ReadAnswer, ReadAsk } from './answers.ts'
import { firstText } from './texts.ts'

export const reader = remote<typeof answers>('read')

/** Stands for: nobody has written anything. */
const UNWRITTEN = '\u0000'
const written = field('text', text(UNWRITTEN))

export const SHOWN = ['after', 'before', 'difference'] as const
export const ORDERS = ['index', 'mean', 'half-life'] as const

type Edits = readonly (readonly [number, string])[]
type Clamps = Readonly<Record<string, number>>

const isEdits = (value: unknown): value is Edits =>
  Array.isArray(value) && value.every(e => Array.isArray(e) && Number.isInteger(e[0]) && typeof e[1] === 'string')
const isClamps = (value: unknown): value is Clamps =>
  typeof value === 'object' && value !== null && Object.values(value).every(x => typeof x === 'number')

export const fields = {
  /** A quantity, `gradient` or `ledger`. */
  colour: field('colour', text('forgetGate')),
  of: field('of', choice(['mean', 'unit'], 'mean')),
  /** Index among layers and directions. */
  layer: field('layer', whole(0)),
  token: field('token', whole(0)),
  unit: field('unit', whole(0)),
  stretch: field<Stretch | null>('stretch', {
    initial: null,
    read(t) {
      const [, from, to] = /^(\d+)-(\d+)$/.exec(t) ?? []
      return from === undefined ? undefined : { from: Number(from), to: Number(to) }
    },
    print: s => (s ? `${s.from}-${s.to}` : ''),
  }),
  /** Token that the ledger looks back from, counted from 1; 0: the last one. */
  at: field('at', whole(0)),
  edits: field<Edits>('edits', json<Edits>([], isEdits)),
  clamps: field<Clamps>('clamps', json<Clamps>({}, isClamps)),
  shown: field('shown', choice(SHOWN, 'after')),
  order: field('order', choice(ORDERS, 'index')),
}

export const selection: Selection = {
  token: settled(fields.token),
  unit: settled(fields.unit),
  stretch: settled(fields.stretch),
}

/** What stands in the text field. */
export const currentText = computed(() => {
  const open = model.value
  return written.value === UNWRITTEN ? (open ? firstText(open.task, open.language) : '') : written.value
})

/** Another text has other places: what was selected in the old one is let go. */
export function writeText(next: string): void {
  written.set(next, 'settle')
  fields.edits.set([], 'settle')
  fields.stretch.set(null, 'settle')
  fields.at.set(0, 'settle')
}

export const changes: ReadonlySignal<readonly Change[]> = computed(() => [
  ...fields.edits.value.map(([index, token]): Change => ({ kind: 'edit', index, token })),
  ...Object.entries(fields.clamps.value).map(([quantity, value]): Change => ({ kind: 'clamp', quantity, value })),
])

/** Whether the view is open; another one must not pay for it. */
export const isOpen = signal(false)

export const beforeAsk = computed<ReadAsk | null>(() => {
  const open = isOpen.value ? model.value : null
  if (open === null || (open.task !== 'classifier' && open.task !== 'language-model')) return null
  return { text: currentText.value, changes: [], opening: open.opening }
})

export const afterAsk = computed<ReadAsk | null>(() =>
  beforeAsk.value && changes.value.length > 0 ? { ...beforeAsk.value, changes: changes.value } : null,
)

export const before: Answered<ReadAnswer> = answered(beforeAsk, (ask, signal) => reader.read(ask, { signal }))
export const after: Answered<ReadAnswer> = answered(afterAsk, (ask, signal) => reader.read(ask, { signal }))
export const predictionsBefore = answered(beforeAsk, (ask, signal) => reader.predictions(ask, { signal }))
export const predictionsAfter = answered(afterAsk, (ask, signal) => reader.predictions(ask, { signal }))

/** The layer that is shown, of an answer. */
export const layerOf = (answer: ReadAnswer | null): PaintedLayer | null =>
  answer ? answer.layers[within(fields.layer.value, answer.layers.length)] : null

/** The selected token of the text that is shown. */
export const tokenAt = computed(() => within(fields.token.value, before.answer.value?.tokens.length ?? 1))
export const unitAt = computed(() => within(fields.unit.value, layerOf(before.answer.value)?.hidden ?? 1))

/** Token that the ledger looks back from. */
export const ledgerToken = computed(() => {
  const length = before.answer.value?.tokens.length ?? 1
  return fields.at.value === 0 ? length - 1 : within(fields.at.value - 1, length)
})

/** Asked for only while it colours the text. */
export const gradient = answered(
  computed(() => (fields.colour.value === 'gradient' ? beforeAsk.value : null)),
  (ask, signal) => reader.gradient(ask, { signal }),
)

export const ledger = answered(
  computed(() => {
    const ask = beforeAsk.value
    const read = before.answer.value
    if (fields.colour.value !== 'ledger' || ask === null || read === null) return null
    return { ...ask, at: ledgerToken.value, layer: within(fields.layer.value, read.layers.length) }
  }),
  (ask, signal) => reader.ledger(ask, { signal }),
)

export function clamp(quantity: string, value: number | null): void {
  const { [quantity]: _, ...others } = fields.clamps.peek()
  fields.clamps.set(value === null ? others : { ...others, [quantity]: value }, 'settle')
}

export function editToken(index: number, token: string): void {
  const others = fields.edits.peek().filter(([i]) => i !== index)
  const isSame = before.answer.peek()?.tokens[index] === token
  fields.edits.set(isSame || token === '' ? others : [...others, [index, token]])
}

export function undoAll(): void {
  fields.edits.set([])
  fields.clamps.set({})
}
