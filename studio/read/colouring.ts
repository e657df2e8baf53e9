/** By which numbers the text is coloured, before and after the changes. */
import { computed, type ReadonlySignal } from '@preact/signals'
import { largestMagnitude, type Scale } from '../parts/colours.ts'
import { inOrder, scaleOf } from '../parts/quantities.ts'
import type { PaintedLayer } from './answers.ts'
import { after, before, fields, gradient, layerOf, ledger, unitAt } from './state.ts'

export interface Colouring {
  readonly before: ArrayLike<number> | null
  readonly after: ArrayLike<number> | null
  readonly scale: Scale
}

const NONE: Colouring = { before: null, after: null, scale: { kind: 'share', limit: 1 } }

/** What there is to colour by, of the cell that is shown. */
export const quantityNames = computed(() => inOrder(Object.keys(layerOf(before.answer.value)?.quantities ?? {})))

/** The quantity that is chosen; the first one where the cell has none of that name. */
export const chosenQuantity = computed(() => {
  const names = quantityNames.value
  return names.includes(fields.colour.value) ? fields.colour.value : (names[0] ?? '')
})

export const colouring: ReadonlySignal<Colouring> = computed(() => {
  const chosen = fields.colour.value
  if (chosen === 'gradient') return ofMagnitudes(gradient.answer.value)
  if (chosen === 'ledger') return ofShares(ledger.answer.value?.shares ?? null)
  const values = valuesOf(layerOf(before.answer.value))
  if (values === null) return NONE
  const layer = layerOf(before.answer.value) as PaintedLayer
  const scale = scaleOf(chosenQuantity.value, layer.quantities[chosenQuantity.value].values)
  const changed = valuesOf(layerOf(after.answer.value))
  // A mean of a thousand signed numbers is small: its own largest is the end of the scale.
  const limit = Math.max(largestMagnitude(values), changed ? largestMagnitude(changed) : 0)
  return { before: values, after: changed, scale: scale.kind === 'share' ? scale : { ...scale, limit } }
})

function valuesOf(layer: PaintedLayer | null): Float32Array | null {
  const quantity = layer?.quantities[chosenQuantity.value]
  if (!quantity) return null
  if (fields.of.value === 'mean') return quantity.mean
  const unit = Math.min(unitAt.value, quantity.units - 1)
  return quantity.mean.map((_, t) => quantity.values[t * quantity.units + unit])
}

const ofMagnitudes = (values: readonly number[] | null): Colouring =>
  values ? { before: values, after: null, scale: { kind: 'amount', limit: largestMagnitude(values) } } : NONE

const ofShares = (values: readonly number[] | null): Colouring =>
  values
    ? {
        before: values,
        after: null,
        scale: { kind: 'signed', limit: Math.max(1, largestMagnitude(values)), isPercent: true },
      }
    : NONE
