/** The narrator's sentence: how training stands, or what is selected in the birth of a memory. */
import { computed, signal } from '@preact/signals'
import { isGate, quantityName } from '../parts/quantities.ts'
import { within } from '../parts/selection.ts'
import { percent, signedNumber } from '../parts/share-bar.tsx'
import type { Birth } from './answers.ts'
import { contenders, fields, nameOf, shownRun } from './state.ts'
import { standingAt, stepAt, training } from './training.ts'
import { trainWords } from './words.ts'

/** What was touched last. */
export const told = signal<'training' | 'birth'>('training')
export const born = signal<(Birth & { readonly quantity: string }) | null>(null)

/** What is selected there, within what there is. */
export const pointAt = computed(() => {
  const birth = born.value
  const tokens = birth?.tokens.length ?? 1
  const checkpoints = birth ? birth.means.length / tokens : 1
  return {
    checkpoints,
    checkpoint: within(fields.checkpoint.value, checkpoints),
    token: within(fields.token.value, tokens),
    unit: within(fields.unit.value, birth?.units ?? 1),
  }
})

/** `after 1.25 epochs`. */
export function whenOf(checkpoint: number): string {
  const words = trainWords.value
  const epochs = training.value?.checkpoints[checkpoint]?.epochs ?? 0
  return epochs === 0 ? words.beforeTraining : words.afterEpochs(String(Number(epochs.toFixed(2))))
}

export const sentence = computed(() => (told.value === 'birth' && born.value ? ofBirth() : ofTraining()))

function ofTraining(): string {
  const words = trainWords.value
  const begun = training.value
  const at = stepAt.value
  if (!begun || at === 0) return words.saidNothing(contenders.value.map(nameOf).join(words.comma))
  const parts = begun.runs.map(run => {
    const { loss, epoch } = standingAt(run, at)
    const accuracy = epoch ? percent(epoch.validation.accuracy, 1) : null
    return words.saidOne(nameOf(run.contender), loss?.toFixed(3) ?? '–', accuracy)
  })
  return words.saidAll(String(at), (at / begun.stepsAnEpoch).toFixed(1), parts.join(words.semicolon))
}

function ofBirth(): string {
  const { tokens, units, values, means, quantity } = born.value as Birth & { quantity: string }
  const { checkpoint, checkpoints, token, unit } = pointAt.value
  const isMean = fields.of.value === 'mean'
  const valueAt = (k: number) =>
    isMean ? means[token * checkpoints + k] : values[(k * tokens.length + token) * units + unit]
  const shown = (value: number) => (isGate(quantity) ? percent(value) : signedNumber(value))
  const words = trainWords.value
  const contender = contenders.value[shownRun.value]
  const said = words.saidBirth({
    quantity: isMean ? quantityName(quantity) : words.quantityOfUnit(quantityName(quantity), unit),
    token: tokens[token],
    when: whenOf(checkpoint),
    now: shown(valueAt(checkpoint)),
    first: shown(valueAt(0)),
    model: nameOf(contender),
  })
  return said[0].toUpperCase() + said.slice(1)
}
