/**
 * `npm run start:next-word`: trains an LSTM on Jane Austen's "Emma" to tell the next word, asks it about a few
 * beginnings, and lets it write.
 *
 *   node examples/next-word.ts [FOLDER]      FOLDER: where the model is written, `out` when not given
 */
import { mkdir } from 'node:fs/promises'
import { Terminal } from '../src/cli/terminal.ts'
import { TrainingProgress } from '../src/cli/training-progress.ts'
import { LanguageModel } from '../src/index.ts'
import { fileSource, writeModel } from '../src/platform/node/index.ts'
import { EMMA } from './emma.ts'

const BEGINNINGS = ['Emma was very', 'Mr.', 'She could not help', 'It was a most']
const PROMPT = 'Mr. Knightley was'

const folder = process.argv[2] ?? 'out'
const path = `${folder}/emma.safetensors`
const say = (...lines: readonly string[]) => console.log(lines.join('\n'))

say('Training an LSTM on nine tenths of "Emma" by Jane Austen; the last tenth is kept to judge it.')
const model = await trained()
await mkdir(folder, { recursive: true })
await writeModel(path, model)
foretell()
write()
say(
  '',
  `The model is in ${path}. Go on with`,
  '',
  `  npm run --silent sluice -- next ${path} "I have never" --top 5`,
  `  npm run --silent sluice -- generate ${path} --prompt "My dear Emma" --length 100 --temperature 0.8 --seed 2`,
)

async function trained(): Promise<LanguageModel> {
  const start = performance.now()
  const terminal = new Terminal(false)
  const progress = new TrainingProgress(terminal)
  const model = await LanguageModel.train([fileSource(EMMA)], { onProgress: progress.show })
  progress.finish(model.epochs)
  terminal.end()
  const { best, baseline, tokens } = model.summary
  const { perplexity, bitsPerToken } = best.validation
  say(
    '',
    `Trained ${model.parameterCount.toLocaleString('en')} numbers on ${tokens.toLocaleString('en')} words and marks ` +
      `in ${((performance.now() - start) / 1000).toFixed(0)} s.`,
    `Perplexity on the last tenth: ${perplexity.toFixed(1)} (${bitsPerToken.toFixed(2)} bits a token; ` +
      `by frequency alone ${baseline.unigram.toFixed(1)}).`,
  )
  return model
}

function foretell(): void {
  say('', 'What comes next, most probably:', '')
  for (const beginning of BEGINNINGS) {
    const next = model
      .next(beginning, 5)
      .map(({ token, probability }) => `${token} ${(100 * probability).toFixed(0)} %`)
    say(`  ${beginning.padEnd(20)} ${next.join(', ')}`)
  }
}

function write(): void {
  const pieces = [...model.generate({ prompt: PROMPT, length: 80, temperature: 0.8 })].map(({ text }) => text)
  say('', `It goes on from "${PROMPT}":`, '', wrapped(PROMPT + pieces.join('')))
}

/** Lines of at most 80 characters, indented. */
function wrapped(text: string): string {
  return text.replace(/(.{1,78})(?: |$)/g, '  $1\n').trimEnd()
}
