/** The narrator's sentence for the step and the equation that are shown. */
import { computed } from '@preact/signals'
import { fixed, spokenMagnitude } from '../parts/numbers.ts'
import { gradientOfUnits, ofUnits } from '../parts/of-units.ts'
import { isGate, quantityName } from '../parts/quantities.ts'
import { percent } from '../parts/share-bar.tsx'
import { visible } from '../parts/token-strip.tsx'
import { definitions, fields, lineAt, step, tokenAt, unitAt, walk } from './state.ts'
import { walkWords } from './words.ts'

export const sentence = computed(() => {
  const answer = walk.answer.value
  if (!answer) return ''
  const w = walkWords.value
  const t = tokenAt.value
  const of = fields.of.value
  const unit = of === 'unit' ? w.ofUnit(unitAt.value) : ''
  const parts = [`${w.at(visible(answer.tokens[t]), t + 1, answer.tokens.length)}${unit}`]
  const line = linePart()
  if (line !== '') parts.push(line)
  return `${parts.join(w.comma)}${w.and}${predictionPart()}${w.end}`
})

function linePart(): string {
  const [numbers, answer] = [step.answer.value, walk.answer.value]
  const definition = definitions.value[lineAt.value]
  if (!numbers || !answer || !definition) return ''
  const w = walkWords.value
  const node = answer.nodes.indexOf(definition.expression)
  const [of, unit] = [fields.of.value, unitAt.value]
  const name = quantityName(definition.name)
  const gradient = numbers.gradients?.[node]
  if (fields.way.value === 'back' && gradient) {
    return w.flows(name, spokenMagnitude(gradientOfUnits(gradient, of, unit)))
  }
  const value = ofUnits(numbers.values[node], of, unit)
  if (isGate(definition.name) && of !== 'norm' && value >= 0 && value <= 1) {
    return w.share(name, fixed(value), percent(value))
  }
  return w.line(name, fixed(value))
}

function predictionPart(): string {
  const prediction = walk.answer.value?.predictions[tokenAt.value]
  if (!prediction) return ''
  const w = walkWords.value
  if ('label' in prediction) return w.predicted(prediction.label, percent(prediction.probability, 1))
  const [best] = prediction.top
  return w.nextIs(visible(best.token), percent(best.probability, 1))
}
