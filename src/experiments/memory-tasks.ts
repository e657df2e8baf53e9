/**
 * Tasks in which something has to be kept over many steps, as Hochreiter & Schmidhuber 1997 (HS) give them, and
 * copying.
 *
 * Each is drawn for a delay, about the steps between what is asked and the answer, and says itself which answers are
 * right, by the measure of its paper.
 */
import type { Packed } from '../layers/packed.ts'
import { packIds, rowOfToken } from '../layers/packing.ts'
import { integerBelow, uniforms } from '../random/draw.ts'
import { type RandomKey, subkey } from '../random/key.ts'
import { add, crossEntropy, mean, mul, softmax, sub, type Tensor, takeRows, tensor } from '../tensor/index.ts'
import { oneHot, packedRows, type SequenceModel } from './sequence-model.ts'

export interface MemoryTask {
  readonly name: string
  /** Share of the last sequences that have to be right. */
  readonly enough: number
  sizes(delay: number): { readonly inputSize: number; readonly outputSize: number }
  /** A batch of sequences, each drawn by its place. */
  draw(key: RandomKey, count: number, delay: number): Asked
}

/** Sequences, and what a model answers. */
export interface Asked {
  readonly inputs: Packed
  answersOf(model: SequenceModel): Answers
}

export interface Answers {
  /** The mean over the batch. */
  readonly loss: Tensor
  /** Of each sequence, how far off the answer is by the task's measure; right: below `tolerance`. */
  readonly errors: readonly number[]
  readonly tolerance: number
}

const each = <T>(count: number, make: (b: number) => T): T[] => Array.from({ length: count }, (_, b) => make(b))

/** From `delay` to a tenth more. */
const lengthOf = (key: RandomKey, delay: number): number => delay + integerBelow(key, 0, Math.floor(delay / 10) + 1)

/**
 * Adding (HS, experiment 4): pairs of a number from −1 to 1 and a mark, which is 1 at two of them, −1 at the first and
 * the last and else 0. The first marked one is among the first ten, the other in the first half. Asked at the end:
 * 0.5 + (X₁ + X₂)/4; right within 0.04.
 */
export const adding: MemoryTask = {
  name: 'adding',
  enough: 1 - 13 / 2000,
  sizes: () => ({ inputSize: 2, outputSize: 1 }),
  draw(key, count, delay) {
    const sums = each(count, b => sumAt(subkey(key, b), delay))
    const lengths = sums.map(({ numbers }) => numbers.length)
    const inputs = packedRows(lengths, 2, (values, at, b, t) => {
      const { numbers, marked } = sums[b]
      values[at] = numbers[t]
      values[at + 1] = t === 0 || t === numbers.length - 1 ? -1 : marked.includes(t) ? 1 : 0
    })
    // The first pair of all is never marked; where it would be, its number counts as 0.
    const targets = sums.map(({ numbers, marked }) =>
      marked.reduce((sum, t) => sum + (t === 0 ? 0 : numbers[t] / 4), 0.5),
    )
    return {
      inputs,
      answersOf(model) {
        const outputs = model.last(inputs)
        const difference = sub(outputs, tensor(targets, [count, 1]))
        const errors = Array.from(outputs.toArray(), (y, b) => Math.abs(y - targets[b]))
        return { loss: mean(mul(difference, difference)), errors, tolerance: 0.04 }
      },
    }
  },
}

function sumAt(key: RandomKey, delay: number) {
  const numbers = uniforms(subkey(key, 0), lengthOf(key, delay)).map(u => 2 * u - 1)
  const first = integerBelow(key, 1, Math.min(10, Math.floor(delay / 4)))
  const other = integerBelow(key, 2, Math.floor(delay / 2) - 1)
  return { numbers, marked: [first, other >= first ? other + 1 : other] }
}

/** What sequences of temporal order are made of: start, end, four that mean nothing, and the two that are asked for. */
const [START, END, NOTHING, ASKED_FOR, ORDER_SYMBOLS] = [0, 1, 2, 6, 8]

/**
 * Temporal order (HS, experiment 6a): among symbols that mean nothing there is an X or Y near a tenth of the sequence
 * and one after its middle. Asked at the end: which of the four pairs it was; right if every probability is within 0.3
 * of 0 or 1.
 */
export const temporalOrder: MemoryTask = {
  name: 'temporal order',
  enough: 1,
  sizes: () => ({ inputSize: ORDER_SYMBOLS, outputSize: 4 }),
  draw(key, count, delay) {
    const sequences = each(count, b => orderAt(subkey(key, b), delay))
    const inputs = oneHot(
      sequences.map(({ symbols }) => symbols),
      ORDER_SYMBOLS,
    )
    const classes = sequences.map(({ label }) => label)
    return { inputs, answersOf: model => classAnswers(model.last(inputs), classes, 1, 0.3) }
  },
}

function orderAt(key: RandomKey, delay: number) {
  const length = lengthOf(key, delay)
  const symbols = each(length, t => NOTHING + integerBelow(subkey(key, 0), t, ASKED_FOR - NOTHING))
  symbols[0] = START
  symbols[length - 1] = END
  const tenth = Math.max(1, Math.floor(delay / 10))
  const places = [tenth + integerBelow(key, 1, tenth + 1), 5 * tenth + integerBelow(key, 2, tenth + 1)]
  const chosen = places.map((place, k) => {
    const which = integerBelow(key, 3 + k, 2)
    symbols[place] = ASKED_FOR + which
    return which
  })
  return { symbols, label: 2 * chosen[0] + chosen[1] }
}

/**
 * Long time lag without noise (HS, experiment 2a): x a₁ a₂ … a₍p₋₁₎ x or y a₁ a₂ … a₍p₋₁₎ y. Each next symbol is
 * foretold; the last needs the first. Right if every probability at every step is within 0.25 of 0 or 1.
 * There are two sequences in all, which take turns. In the loss the last symbol weighs as much as all steps together.
 */
export const longLag: MemoryTask = {
  name: 'long lag',
  enough: 1,
  sizes: delay => ({ inputSize: delay + 1, outputSize: delay + 1 }),
  draw(_key, count, delay) {
    const sequences = each(count, b => {
      const asked = delay - 1 + (b % 2)
      return [asked, ...each(delay - 1, t => t), asked]
    })
    const inputs = oneHot(
      sequences.map(sequence => sequence.slice(0, -1)),
      delay + 1,
    )
    const targets = packIds(
      inputs.packing,
      sequences.map(sequence => sequence.slice(1)),
    )
    // Sequences are of one length, so that the rows of a step lie together, one a sequence.
    return {
      inputs,
      answersOf(model) {
        const outputs = model.each(inputs)
        const { loss, errors, tolerance } = classAnswers(outputs, targets, 1, 0.25)
        const last = each(count, b => (delay - 1) * count + b)
        const remembered = crossEntropy(takeRows(outputs, last), targets.slice(-count))
        const worst = each(count, b =>
          errors.reduce((most, e, row) => (row % count === b ? Math.max(most, e) : most), 0),
        )
        return { loss: add(loss, remembered), errors: worst, tolerance }
      },
    }
  },
}

/** Symbols to copy and how many there are of them; then nothing, and the sign to begin. */
const [COPIED, COPY_SYMBOLS] = [4, 4]
const [BLANK, BEGIN] = [COPY_SYMBOLS, COPY_SYMBOLS + 1]

/**
 * Copying (HS in spirit; Arjovsky et al. 2016, section 4.1, there ten of eight symbols): four symbols of four, then
 * nothing for `delay` steps, then a sign, after which they have to be said again. Right if all four probabilities are
 * above a half.
 */
export const copying: MemoryTask = {
  name: 'copying',
  enough: 0.99,
  sizes: () => ({ inputSize: COPY_SYMBOLS + 2, outputSize: COPY_SYMBOLS }),
  draw(key, count, delay) {
    const said = each(count, b => each(COPIED, t => integerBelow(subkey(key, b), t, COPY_SYMBOLS)))
    const blanks = (n: number) => new Array<number>(n).fill(BLANK)
    const inputs = oneHot(
      said.map(symbols => [...symbols, ...blanks(delay), BEGIN, ...blanks(COPIED - 1)]),
      COPY_SYMBOLS + 2,
    )
    const rows = said.flatMap((_, b) => each(COPIED, t => rowOfToken(inputs.packing, b, COPIED + delay + t)))
    return { inputs, answersOf: model => classAnswers(takeRows(model.each(inputs), rows), said.flat(), COPIED, 0.5) }
  },
}

/**
 * Classes as answers. The error of a row is the largest difference of a probability from what it should be, 0 or 1;
 * that of a sequence the largest of its rows.
 *
 * @param outputs  [B·rows, C], a sequence's rows side by side.
 */
function classAnswers(outputs: Tensor, classes: ArrayLike<number>, rows: number, tolerance: number): Answers {
  const labels = Int32Array.from(classes)
  const width = outputs.shape[1]
  const probabilities = softmax(outputs).toArray()
  const ofRow = (r: number) =>
    each(width, c => Math.abs(probabilities[r * width + c] - (labels[r] === c ? 1 : 0))).reduce((a, b) =>
      Math.max(a, b),
    )
  const errors = each(labels.length / rows, b => each(rows, t => ofRow(b * rows + t)).reduce((a, e) => Math.max(a, e)))
  return { loss: crossEntropy(outputs, labels), errors, tolerance }
}
