/**
 * How good the classifier's defaults are.
 *
 *     node bench/quality/classifier.ts SET [--part tune|test] [--seeds 3] [OPTION=VALUE …]
 *
 * A line for each division and seed, then the mean and the spread over the seeds. OPTION=VALUE changes an option, for
 * choosing defaults on `tune`; what counts is measured on `test` without any.
 */
import { parseArgs } from 'node:util'
import { TextClassifier, type TrainOptions } from '../../src/index.ts'
import { enableWideVectors, startThreads } from '../../src/platform/node/index.ts'
import { qualitySets } from './classifier-sets.ts'

// The results have the same bits without.
enableWideVectors()
await startThreads()

const { values, positionals } = parseArgs({
  options: { seeds: { type: 'string', default: '1' }, part: { type: 'string', default: 'tune' } },
  allowPositionals: true,
})
const [setName, ...assignments] = positionals
const set = qualitySets[setName]
if (!set) throw new Error(`Expected a set of ${Object.keys(qualitySets).join(', ')}, got ${setName}.`)
const given = Object.fromEntries(assignments.map(p => p.split('=')).map(([k, v]) => [k, parsed(v)])) as TrainOptions
const divisions = await set.divisions(values.part === 'test' ? 'test' : 'tune')
const bySeed: number[] = []
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const accuracies: number[] = []
  for (const { name, training, test } of divisions) {
    const start = performance.now()
    const model = await TextClassifier.train(training, { ...set.options, ...given, seed })
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    const { accuracy } = await model.evaluate(test)
    accuracies.push(accuracy)
    const { best, epochs } = model.summary
    const where = `${setName} ${name} seed ${seed}`
    const chosen = `validation ${percent(best.validation.accuracy)}, epoch ${best.epoch} of ${epochs}`
    console.log(`${where}: ${percent(accuracy)}, ${chosen}, ${seconds} s`)
  }
  bySeed.push(mean(accuracies))
}
const [least, most] = [Math.min(...bySeed), Math.max(...bySeed)].map(percent)
console.log(
  `${setName} ${values.part}: mean ${percent(mean(bySeed))}, ${least} to ${most} over ${bySeed.length} seed(s)`,
)

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
