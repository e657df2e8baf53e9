/**
 * How good the defaults are on the embedded sentences: the mean test accuracy over the five folds.
 *
 *     node bench/quality/embedded.ts [--seeds 1] [OPTION=VALUE …]
 *
 * Prints a line a fold and seed, then the mean. OPTION=VALUE changes an option of the classifier, for trying; what
 * counts is measured without any.
 */
import { parseArgs } from 'node:util'
import { divided, FOLDS, readSentences } from '../../examples/sentences.ts'
import { TextClassifier, type TrainOptions } from '../../src/index.ts'

const { values, positionals } = parseArgs({
  options: { seeds: { type: 'string', default: '1' }, validation: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const given = Object.fromEntries(positionals.map(p => p.split('=')).map(([k, v]) => [k, parsed(v)])) as TrainOptions
const sentences = readSentences()
const accuracies: number[] = []
const validations: number[] = []
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  for (let fold = 0; fold < FOLDS; fold++) {
    const { training, test } = divided(sentences, fold)
    const start = performance.now()
    const model = await TextClassifier.train(training, { ...given, seed })
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    const { best } = model.summary
    validations.push(best.validation.accuracy)
    const judged = values.validation ? null : await model.evaluate(test)
    if (judged) accuracies.push(judged.accuracy)
    console.log(
      `seed ${seed} fold ${fold}: validation ${percent(best.validation.accuracy)} (epoch ${best.epoch})` +
        `${judged ? `, test ${percent(judged.accuracy)}` : ''}, ${seconds} s`,
    )
  }
}
const tested = accuracies.length > 0 ? `, mean test ${percent(mean(accuracies))}` : ''
console.log(`mean validation ${percent(mean(validations))}${tested}`)

function parsed(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return Number.isNaN(Number(text)) ? text : Number(text)
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
