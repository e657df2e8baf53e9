/**
 * How good the language model's defaults are.
 *
 *     node bench/quality/language.ts tiny-shakespeare|emma [--part tune|test] [--seeds 1] [OPTION=VALUE …]
 *
 * `test`: trained on the first 90 % of the text, the best epoch chosen by the last 10 % and judged on it, as published
 * figures are. `tune`: the same on the first 90 % alone, whose own last tenth is judged, for choosing defaults.
 * OPTION=VALUE changes an option, for trying; what counts is measured without any. tiny-shakespeare is read from
 * $SLUICE_DATA.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { readEmma } from '../../examples/emma.ts'
import { createWasmDevice } from '../../src/devices/wasm/wasm-device.ts'
import { LanguageModel } from '../../src/models/language-model.ts'
import type { LanguageTrainOptions } from '../../src/models/language-training-options.ts'
import { enableWideVectors } from '../../src/platform/node/wide-vectors.ts'
import { setDefaultDevice } from '../../src/tensor/index.ts'

const TEST_SHARE = 0.1

const sets: Readonly<Record<string, { text(): string; options: LanguageTrainOptions }>> = {
  'tiny-shakespeare': {
    text: () => gunzipSync(readFileSync(join(folder(), 'lm/tinyshakespeare/input.txt.gz'))).toString('utf8'),
    options: { tokens: 'character' },
  },
  emma: { text: readEmma, options: { tokens: 'word' } },
}

const { values, positionals } = parseArgs({
  options: { seeds: { type: 'string', default: '1' }, part: { type: 'string', default: 'tune' } },
  allowPositionals: true,
})
const [setName, ...assignments] = positionals
const set = sets[setName]
if (!set) throw new Error(`Expected a set of ${Object.keys(sets).join(', ')}, got ${setName}.`)
const given = Object.fromEntries(assignments.map(p => p.split('=')).map(([k, v]) => [k, parsed(v)]))
enableWideVectors()
setDefaultDevice(createWasmDevice())
const whole = set.text()
const text = values.part === 'test' ? whole : whole.slice(0, Math.floor(whole.length * (1 - TEST_SHARE)))
/** Seconds of the processor, which a busy machine does not stretch. */
const seconds = (): string => ((process.cpuUsage().user + process.cpuUsage().system) / 1e6).toFixed(0)
for (let seed = 1; seed <= Number(values.seeds); seed++) await measure(seed)

async function measure(seed: number): Promise<void> {
  let last = { epoch: 1, loss: 0 }
  const model = await LanguageModel.train(text, {
    ...set.options,
    ...given,
    seed,
    onProgress: progress => {
      if (progress.epoch > last.epoch && progress.validation) tell(last.epoch, last.loss, progress.validation)
      last = progress
    },
  })
  for (const { loss, validation } of model.epochs.slice(-1)) tell(model.epochs.length, loss, validation)
  const { best, epochs } = model.summary
  const judged = await model.evaluate(text.slice(Math.floor(text.length * (1 - TEST_SHARE))))
  console.log(
    `${setName} ${values.part} seed ${seed}: ${figures(best.validation)}, ` +
      `top-1 ${(100 * judged.accuracy).toFixed(2)} %, ` +
      `unknown ${(100 * judged.unknown).toFixed(1)} %, epoch ${best.epoch} of ${epochs}, ` +
      `${model.encoder.vocabulary.size} tokens in the vocabulary, ${model.parameterCount} parameters, ` +
      `${seconds()} processor seconds`,
  )
}

function tell(epoch: number, loss: number, validation: Readonly<Record<string, number>>): void {
  console.log(
    `  epoch ${epoch}: training ${loss.toFixed(3)}, validation ${figures(validation)}, ${seconds()} processor seconds`,
  )
}

function figures({ loss, perplexity }: Readonly<Record<string, number>>): string {
  return `${loss.toFixed(4)} nats, perplexity ${perplexity.toFixed(2)}`
}

function folder(): string {
  const { SLUICE_DATA } = process.env
  if (SLUICE_DATA) return SLUICE_DATA
  throw new Error('Expected the folder of the data sets in $SLUICE_DATA, got nothing. Set it.')
}

function parsed(word: string): unknown {
  if (word === 'true' || word === 'false') return word === 'true'
  if (word.includes(',')) return word.split(',').map(Number)
  return Number.isNaN(Number(word)) ? word : Number(word)
}
