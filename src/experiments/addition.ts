/**
 * Can two LSTMs learn to add numbers that are written as text?
 *
 * Data: questions such as `12+345`, two numbers of one to three digits, no two alike, whichever number comes first; as
 * answer the sum. The question is padded to seven characters and read backwards, the answer padded to four.
 *
 * Model: an LSTM of 128 units reads the question; its last output is what a second one is given at each of four steps,
 * each of which says a character.
 *
 * Recipe: Keras's example `addition_rnn` (Chollet 2015): 50,000 questions, 45,000 of them to learn from; batches of
 * 32, Adam of rate 0.001, at most 100 epochs; weights begin as Keras's do (Glorot, recurrent ones orthogonal, forget
 * bias 1). It says: three digits, reversed, one layer of 128 units: 99 % in 100 epochs. As there, what is counted is
 * characters.
 *
 * Measured on the other 5,000 questions: characters right, whole sums right, and the epoch that first reaches 99 %. A
 * run ends when all are right, or at 99.9 %.
 */
import { lstm } from '../cells/lstm.ts'
import { Linear } from '../layers/linear.ts'
import { Recurrent } from '../layers/recurrent.ts'
import { integerBelow, permutation } from '../random/draw.ts'
import { keyOf, type RandomKey } from '../random/key.ts'
import { concat, crossEntropy, reshape, type Tensor, tensor } from '../tensor/index.ts'
import { adam } from '../training/optimizers/adam.ts'
import type { Experiment, ExperimentContext, Extent, Figure, Findings } from './experiment.ts'
import { meanCurve } from './mean-curve.ts'
import { overSeeds, trainUntil, type Watch } from './train-until.ts'

const CHARACTERS = '0123456789+ '

export interface Sum {
  readonly question: string
  readonly answer: string
}

interface Recipe {
  readonly digits: number
  readonly questions: number
  readonly kept: number
  readonly hidden: number
  readonly learningRate: number
  readonly batch: number
  readonly epochs: number
}

const full: Recipe = {
  ...{ digits: 3, questions: 50_000, kept: 5000, hidden: 128 },
  ...{ learningRate: 0.001, batch: 32, epochs: 100 },
}

const RECIPES: Readonly<Record<Extent, Recipe>> = {
  full,
  quick: { ...full, digits: 2, questions: 5000, kept: 500, hidden: 64, learningRate: 0.004, epochs: 40 },
  test: { ...full, digits: 2, questions: 4000, kept: 400, hidden: 64, learningRate: 0.008, epochs: 10 },
}

/** Of the characters, as Keras's example says. */
const PUBLISHED = { value: 99, source: 'Keras, addition_rnn' }

export const experiment: Experiment = {
  question: 'Can two LSTMs learn to add numbers that are written as text?',
  seeds: { full: 5, quick: 1, test: 1 },
  async run(context) {
    const recipe = RECIPES[context.extent]
    const name = `encoder and decoder, ${recipe.hidden} units`
    const [{ runs }] = await overSeeds(context, [{ name }], (_, seed, watch) => run(recipe, seed, watch))
    return findingsOf(name, recipe, runs, context)
  },
}

type Run = Awaited<ReturnType<typeof run>>

function findingsOf(of: string, recipe: Recipe, runs: readonly Run[], { extent }: ExperimentContext): Findings {
  const known = extent === 'full' && { published: PUBLISHED, goal: 99 }
  const percent = { unit: '%', better: 'higher' } as const
  const figures: Figure[] = [
    { of, what: 'characters right', digits: 2, ...percent, values: runs.map(r => 100 * r.score), ...known },
    { of, what: 'whole sums right', digits: 2, ...percent, values: runs.map(r => 100 * r.whole) },
  ]
  const reached = runs.flatMap(({ scores }) => scores.findIndex(([, right]) => right >= 0.99) + 1).filter(e => e > 0)
  if (reached.length > 0) {
    const published = extent === 'full' && { published: { value: 100, source: PUBLISHED.source } }
    figures.push({ of, what: 'epochs to 99 %', digits: 0, better: 'lower', values: reached, ...published })
  }
  const chart = {
    name: 'right',
    title: `Adding numbers of up to ${recipe.digits} digits written as text`,
    x: { label: 'epoch' },
    y: { label: 'share of characters right, mean of seeds', domain: [0, 1] },
    series: [{ name: 'questions that were kept', points: meanCurve(runs, 1, recipe.epochs) }],
    levels: [{ name: '99 %', y: 0.99 }],
  } as const
  const answered = runs[0].samples.map(({ question, said, answer }) => {
    const forwards = [...question].reverse().join('').trim()
    return `${forwards} = ${said}${said === answer ? '' : `, not ${answer}`}`
  })
  return { figures, charts: [chart], texts: [{ title: 'What it says to questions kept', text: answered.join('\n') }] }
}

async function run(recipe: Recipe, seed: number, watch: Watch) {
  const { digits, questions, kept, learningRate, batch, epochs } = recipe
  const sums = drawSums(keyOf(seed, 'addition'), questions, digits)
  const [training, held] = [sums.slice(0, questions - kept), sums.slice(questions - kept)]
  const model = new Adder(recipe, seed)
  const steps = Math.floor(training.length / batch)
  const judged = { whole: 0, said: [] as string[] }
  const result = await trainUntil({
    ...watch,
    parameters: model.parameters(),
    loss: count => {
      const [epoch, place] = [Math.floor((count - 1) / steps), (count - 1) % steps]
      const chosen = orderOf(seed, epoch, training.length).subarray(place * batch, (place + 1) * batch)
      const sums = Array.from(chosen, k => training[k])
      return crossEntropy(model.logits(sums), answersOf(sums))
    },
    optimizer: adam,
    learningRate,
    clipNorm: Infinity,
    steps: steps * epochs,
    every: steps,
    judge: () => {
      judged.said = model.answers(held)
      judged.whole = held.filter(({ answer }, b) => judged.said[b] === answer).length / held.length
      const right = held.map(({ answer }, b) => [...answer].filter((c, t) => judged.said[b][t] === c).length)
      return right.reduce((sum, count) => sum + count, 0) / (held.length * (digits + 1))
    },
    isSolved: right => right >= 0.999,
  })
  const samples = held.slice(0, 8).map((sum, b) => ({ ...sum, said: judged.said[b] }))
  return { ...result, whole: judged.whole, samples }
}

/** The order of an epoch, made once. */
const orders = new Map<string, Int32Array>()

function orderOf(seed: number, epoch: number, count: number): Int32Array {
  const name = `${seed} ${epoch} ${count}`
  const order = orders.get(name) ?? permutation(keyOf(seed, 'addition order', epoch), count)
  orders.clear()
  orders.set(name, order)
  return order
}

/** Different questions, padded and turned round, with their answers. */
export function drawSums(key: RandomKey, count: number, digits: number): Sum[] {
  const seen = new Set<string>()
  const sums: Sum[] = []
  for (let k = 0; sums.length < count; k++) {
    const [a, b] = [0, 1].map(which => numberAt(key, 2 * k + which, digits))
    const name = `${Math.min(a, b)}+${Math.max(a, b)}`
    if (seen.has(name)) continue
    seen.add(name)
    const question = `${a}+${b}`.padEnd(2 * digits + 1)
    sums.push({ question: [...question].reverse().join(''), answer: `${a + b}`.padEnd(digits + 1) })
  }
  return sums
}

/** One to `digits` digits, each as likely as the other, as in the example; a leading zero is dropped. */
function numberAt(key: RandomKey, place: number, digits: number): number {
  const length = 1 + integerBelow(key, 2 * place, digits)
  return integerBelow(key, 2 * place + 1, 10 ** length)
}

const codeOf = (text: string, t: number): number => CHARACTERS.indexOf(text[t])

/** Characters of the answers, time by time: [T·B]. */
function answersOf(sums: readonly Sum[]): Int32Array {
  const batch = sums.length
  return Int32Array.from({ length: sums[0].answer.length * batch }, (_, row) =>
    codeOf(sums[row % batch].answer, Math.floor(row / batch)),
  )
}

/** Encoder, decoder, and a linear layer. */
class Adder {
  readonly #encoder: Recurrent
  readonly #decoder: Recurrent
  readonly #linear: Linear
  readonly #steps: number

  constructor({ hidden, digits }: Recipe, seed: number) {
    const common = { hiddenSize: hidden, initialization: 'orthogonal' } as const
    this.#encoder = new Recurrent(lstm, { inputSize: CHARACTERS.length, ...common, seed })
    this.#decoder = new Recurrent(lstm, { inputSize: hidden, ...common, seed: seed + 1000 })
    this.#linear = new Linear({ inputSize: hidden, outputSize: CHARACTERS.length, seed })
    this.#steps = digits + 1
  }

  parameters(): Map<string, Tensor> {
    const parts = { encoder: this.#encoder, decoder: this.#decoder, linear: this.#linear }
    return new Map(
      Object.entries(parts).flatMap(([part, layer]) =>
        [...layer.parameters()].map(([name, t]): [string, Tensor] => [`${part}.${name}`, t]),
      ),
    )
  }

  /** [T·B, characters], time by time. */
  logits(sums: readonly Sum[]): Tensor {
    const [batch, width, length] = [sums.length, CHARACTERS.length, sums[0].question.length]
    const values = new Float32Array(length * batch * width)
    for (const [b, { question }] of sums.entries()) {
      for (let t = 0; t < length; t++) values[(t * batch + b) * width + codeOf(question, t)] = 1
    }
    const { h } = this.#encoder.forward(tensor(values, [length, batch, width])).state[0]
    const given = concat(new Array<Tensor>(this.#steps).fill(h), 0)
    const { output } = this.#decoder.forward(reshape(given, [this.#steps, batch, h.shape[1]]))
    return this.#linear.forward(reshape(output, [this.#steps * batch, h.shape[1]]))
  }

  /** What it says, padding included. */
  answers(sums: readonly Sum[]): string[] {
    const logits = this.logits(sums).toArray()
    const width = CHARACTERS.length
    return sums.map((_, b) =>
      Array.from({ length: this.#steps }, (_, t) => {
        const row = (t * sums.length + b) * width
        const scores = logits.subarray(row, row + width)
        return CHARACTERS[scores.indexOf(Math.max(...scores))]
      }).join(''),
    )
  }
}
