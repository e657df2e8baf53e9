/**
 * The main job, `npm start`: trains an LSTM that tells whether a review is positive or negative, asks it about a few
 * texts, and draws what its gates do.
 *
 *   node examples/start.ts [FOLDER]      FOLDER: where the model is written, `out` when not given
 */
import { mkdir } from 'node:fs/promises'
import { Terminal } from '../src/cli/terminal.ts'
import { TrainingProgress } from '../src/cli/training-progress.ts'
import { drawGates, type LabelledText, recordText, TextClassifier } from '../src/index.ts'
import { enableWideVectors, startThreads, writeFileAtomically, writeModel } from '../src/platform/node/index.ts'
import { divided, readSentences } from './sentences.ts'

const TEST_FOLD = 0
const DRAWN = 'the food was good but the service was slow'
const TEXTS = [
  'A wonderful film: I laughed, I cried, and I want to see it again.',
  'Two hours of my life that I will never get back.',
  'The noodles were fresh and the staff very friendly.',
  DRAWN,
  'Great sound, and the battery lasts for days.',
  'The charger broke after a week.',
  'the plot is thin but the acting carries it',
]

const folder = process.argv[2] ?? 'out'
const files = {
  model: `${folder}/sentiment.safetensors`,
  training: `${folder}/sentences-training.csv`,
  test: `${folder}/sentences-test.csv`,
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const seconds = (start: number) => ((performance.now() - start) / 1000).toFixed(1)
const say = (...lines: readonly string[]) => console.log(lines.join('\n'))

enableWideVectors()
await startThreads()
const { training, test } = divided(readSentences(), TEST_FOLD)
say(
  `Training an LSTM on ${training.length} labelled sentences from reviews of films, restaurants and products.`,
  `${test.length} others are kept for the test.`,
)
const model = await trained(training)
await save(model)
await judge(model, test)
answer(model)
draw(model, DRAWN)
sayWhatToTry()

async function trained(rows: readonly LabelledText[]): Promise<TextClassifier> {
  const start = performance.now()
  const terminal = new Terminal(false)
  const progress = new TrainingProgress(terminal)
  const columns = { text: 'text', label: 'label' }
  const model = await TextClassifier.train(rows, { columns, onProgress: progress.show })
  progress.finish(model.epochs)
  terminal.end()
  const { best } = model.summary
  say(
    '',
    `Trained ${model.parameterCount.toLocaleString('en')} numbers in ${seconds(start)} s; ` +
      `best on validation after epoch ${best.epoch} of ${model.epochs.length}.`,
  )
  return model
}

async function save(model: TextClassifier): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeModel(files.model, model)
  await writeFileAtomically(files.training, csv(training))
  await writeFileAtomically(files.test, csv(test))
}

function csv(rows: readonly LabelledText[]): Uint8Array {
  const lines = rows.map(({ text, label }) => `"${text.replaceAll('"', '""')}",${label}\n`)
  return new TextEncoder().encode(`text,label\n${lines.join('')}`)
}

async function judge(model: TextClassifier, rows: readonly LabelledText[]): Promise<void> {
  const { accuracy, classes, examples } = await model.evaluate(rows)
  const majority = Math.max(...classes.map(c => c.support)) / examples
  say(`Test accuracy ${percent(accuracy)}; always answering the most frequent label has ${percent(majority)}.`)
}

function answer(model: TextClassifier): void {
  say('', 'What it says to texts that it has never seen:', '')
  for (const [k, { label, probability }] of model.predictAll(TEXTS).entries()) {
    say(`  ${label.padEnd(8)} ${percent(probability).padStart(7)}   ${TEXTS[k]}`)
  }
}

/** Gates, and after each token the answer to the text so far. */
function draw(model: TextClassifier, text: string): void {
  const recorded = recordText(model, text)
  const soFar = recorded.tokens.map((_, t) => recorded.tokens.slice(0, t + 1).join(' '))
  const entries = model.predictAll(soFar).map(({ probabilities }) => percent(probabilities.positive))
  const lines = drawGates(recorded, {
    quantities: ['forgetGate', 'inputGate'],
    width: (process.stdout.columns || 80) - 2,
    colour: hasColours(),
    notes: { heading: 'positive so far', entries },
  })
  say(
    '',
    `The gates while it reads "${text}":`,
    'how much of the memory stays, and how much is written;',
    `the mean of the ${recorded.layers[0].hidden} units that read forwards.`,
    '',
  )
  say(...lines.map(line => `  ${line}`))
}

function hasColours(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
}

function sayWhatToTry(): void {
  const sluice = 'npm run --silent sluice --'
  say(
    '',
    `Written: ${files.model}. Try next:`,
    '',
    `  ${sluice} predict ${files.model} "your own text"`,
    `  ${sluice} info ${files.model}`,
    `  ${sluice} evaluate ${files.model} ${files.test}`,
    `  ${sluice} train classifier ${files.training} --test ${files.test} --cell gru --out ${folder}/gru.safetensors`,
  )
}
