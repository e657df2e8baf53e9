/** The narrator's sentence for what is selected in the Read view. */
import { computed } from '@preact/signals'
import { quantityName, scaleOf } from '../parts/quantities.ts'
import { percent } from '../parts/share-bar.tsx'
import { visible } from '../parts/token-strip.tsx'
import { dictionary } from '../shell/language.ts'
import type { PaintedLayer } from './answers.ts'
import { chosenQuantity, colouring } from './colouring.ts'
import { curveOf, followedLabel } from './prediction.ts'
import { readout } from './readout.ts'
import {
  before,
  fields,
  gradient,
  layerOf,
  ledger,
  ledgerToken,
  predictionsBefore,
  selection,
  tokenAt,
  unitAt,
} from './state.ts'

/** What a share of a gate does to what passes it. */
type Amount = 'nothing' | 'little' | 'half' | 'most' | 'all'

const amountOf = (share: number): Amount =>
  share < 0.1 ? 'nothing' : share < 0.4 ? 'little' : share < 0.6 ? 'half' : share < 0.9 ? 'most' : 'all'

const en = {
  at: (token: string, t: number, count: number) => `At “${token}”, token ${t} of ${count}`,
  gateMean: (name: string, share: string, amount: Amount) =>
    `the ${name} stands at ${share} on average and lets ${AMOUNTS_EN[amount]} through`,
  gateUnit: (name: string, unit: number, share: string, amount: Amount, mean: string) =>
    `the ${name} of unit ${unit} stands at ${share} (mean of all units ${mean}) and lets ${AMOUNTS_EN[amount]} through`,
  stateMean: (name: string, value: string) => `the ${name} is ${value} on average`,
  stateUnit: (name: string, unit: number, value: string, mean: string) =>
    `the ${name} of unit ${unit} is ${value} (mean of all units ${mean})`,
  gradient: (share: string) =>
    `a small change of this word moves the prediction ${share} as much as the most sensitive one`,
  ledger: (share: string, later: string) => `${share} of what the memory holds after “${later}” was written here`,
  ledgerAgainst: (share: string, later: string) =>
    `what was written here counts ${share} against what the memory holds after “${later}”`,
  prediction: (label: string, share: string) => `read up to here, “${label}” has ${share}`,
  next: (token: string, share: string) => `“${token}”, which came next, had ${share}`,
  stretch: (from: string, to: string, name: string, value: string) =>
    `From “${from}” to “${to}” the ${name} is ${value} on average.`,
  stretchLedger: (from: string, to: string, share: string, later: string) =>
    `From “${from}” to “${to}” ${share} of what the memory holds after “${later}” was written.`,
  comma: ', ',
  and: '; ',
  end: '.',
}

const AMOUNTS_EN: Readonly<Record<Amount, string>> = {
  nothing: 'next to nothing',
  little: 'a little',
  half: 'about half',
  most: 'most',
  all: 'nearly everything',
}

const AMOUNTS_ZH: Readonly<Record<Amount, string>> = {
  nothing: '几乎不放行',
  little: '只放行一小部分',
  half: '放行大约一半',
  most: '放行大部分',
  all: '几乎全部放行',
}

const zh: typeof en = {
  at: (token, t, count) => `在“${token}”处（第 ${t} 个词，共 ${count} 个）`,
  gateMean: (name, share, amount) => `${name}平均为 ${share}，${AMOUNTS_ZH[amount]}`,
  gateUnit: (name, unit, share, amount, mean) =>
    `单元 ${unit} 的${name}为 ${share}（全部单元平均 ${mean}），${AMOUNTS_ZH[amount]}`,
  stateMean: (name, value) => `${name}平均为 ${value}`,
  stateUnit: (name, unit, value, mean) => `单元 ${unit} 的${name}为 ${value}（全部单元平均 ${mean}）`,
  gradient: share => `这个词的微小变化对预测的影响，是最敏感的词的 ${share}`,
  ledger: (share, later) => `读完“${later}”后，记忆内容的 ${share} 是在这里写入的`,
  ledgerAgainst: (share, later) => `这里写入的内容与读完“${later}”后的记忆方向相反，占 ${share}`,
  prediction: (label, share) => `读到这里，“${label}”的概率为 ${share}`,
  next: (token, share) => `下一个词“${token}”的概率为 ${share}`,
  stretch: (from, to, name, value) => `从“${from}”到“${to}”，${name}平均为 ${value}。`,
  stretchLedger: (from, to, share, later) => `读完“${later}”后，记忆内容的 ${share} 是从“${from}”到“${to}”写入的。`,
  comma: '，',
  and: '；',
  end: '。',
}

const words = dictionary(en, zh)

export const sentence = computed(() => {
  const read = before.answer.value
  const layer = layerOf(read)
  if (!read || !layer) return ''
  const t = tokenAt.value
  const w = words.value
  const band = selection.stretch.value
  if (band && band.to < read.tokens.length && colouring.value.before && fields.colour.value !== 'gradient') {
    return stretchSentence(read.tokens, band.from, band.to)
  }
  const parts = [selectedPart(layer, read.tokens, t), predictionPart(read.tokens, t)].filter(part => part !== '')
  const place = w.at(visible(read.tokens[t]), t + 1, read.tokens.length)
  return `${[place, ...(parts.length > 0 ? [parts.join(w.and)] : [])].join(w.comma)}${w.end}`
})

function selectedPart(layer: PaintedLayer, tokens: readonly string[], t: number): string {
  const w = words.value
  const chosen = fields.colour.value
  if (chosen === 'gradient') {
    const values = gradient.answer.value
    return values ? w.gradient(percent(values[t] / Math.max(...values, 1e-30))) : ''
  }
  if (chosen === 'ledger') {
    const share = ledger.answer.value?.shares[t]
    const later = visible(tokens[ledgerToken.value] ?? '')
    if (share === undefined) return ''
    return share < 0 ? w.ledgerAgainst(percent(-share), later) : w.ledger(percent(share), later)
  }
  return quantityPart(layer, t)
}

function quantityPart(layer: PaintedLayer, t: number): string {
  const w = words.value
  const name = chosenQuantity.value
  const { mean, values, units } = layer.quantities[name]
  const scale = scaleOf(name, values)
  const shown = quantityName(name)
  const average = readout(mean[t], scale)
  if (fields.of.value === 'mean') {
    return scale.kind === 'share' ? w.gateMean(shown, average, amountOf(mean[t])) : w.stateMean(shown, average)
  }
  const unit = Math.min(unitAt.value, units - 1)
  const own = values[t * units + unit]
  return scale.kind === 'share'
    ? w.gateUnit(shown, unit, readout(own, scale), amountOf(own), average)
    : w.stateUnit(shown, unit, readout(own, scale), average)
}

function predictionPart(tokens: readonly string[], t: number): string {
  const predictions = predictionsBefore.answer.value
  if (!predictions || predictions.length !== tokens.length) return ''
  const label = followedLabel(predictions)
  const share = percent(curveOf(predictions, label)[t], 1)
  if (label !== null) return words.value.prediction(label, share)
  const next = tokens[t + 1]
  return next === undefined ? '' : words.value.next(visible(next), share)
}

function stretchSentence(tokens: readonly string[], from: number, to: number): string {
  const { before: values, scale } = colouring.value
  const w = words.value
  let sum = 0
  for (let t = from; t <= to; t++) sum += values?.[t] ?? 0
  const [first, last] = [visible(tokens[from]), visible(tokens[to])]
  if (fields.colour.value === 'ledger') {
    return w.stretchLedger(first, last, readout(sum, scale), visible(tokens[ledgerToken.value] ?? ''))
  }
  const average = readout(sum / (to - from + 1), scale)
  return w.stretch(first, last, quantityName(chosenQuantity.value), average)
}
