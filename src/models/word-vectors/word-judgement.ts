/** How well word vectors agree with people: similarities by rank correlation, analogies by the share that is right. */
import type { Device, Matrix } from '../../devices/device.ts'
import { Turns } from '../../training/turns.ts'
import { spearman } from './rank-correlation.ts'
import type { WordList } from './word-list.ts'
import type { AnalogySection, WordPair, WordQuestions } from './word-questions.ts'

export interface SimilarityJudgement {
  readonly pairs: number
  /** Pairs of which both words have a vector: only these count; and their share. */
  readonly covered: number
  readonly coverage: number
  /** Rank correlation of cosines and scores; null for fewer than two covered pairs. */
  readonly spearman: number | null
}

export interface SectionJudgement {
  readonly section: string
  readonly questions: number
  /** Questions of which all four words have a vector. */
  readonly covered: number
  readonly correct: number
  /** correct / covered; null where none is covered. */
  readonly accuracy: number | null
}

export interface AnalogyJudgement {
  readonly questions: number
  readonly covered: number
  readonly coverage: number
  readonly correct: number
  readonly accuracy: number | null
  readonly sections: readonly SectionJudgement[]
}

export interface JudgeOptions {
  readonly device: Device
  readonly signal?: AbortSignal | undefined
}

export async function judgeWords(
  list: WordList,
  questions: WordQuestions,
  options: JudgeOptions,
): Promise<SimilarityJudgement | AnalogyJudgement> {
  if (questions.kind === 'similarity') return judgePairs(list, questions.pairs)
  return await judgeAnalogies(list, questions.sections, options)
}

function judgePairs(list: WordList, pairs: readonly WordPair[]): SimilarityJudgement {
  const known = pairs.flatMap(({ a, b, score }) => {
    const [x, y] = [list.placeOf(a), list.placeOf(b)]
    return x === undefined || y === undefined ? [] : [{ cosine: dot(list.unit(x), list.unit(y)), score }]
  })
  const correlation = spearman(
    known.map(({ cosine }) => cosine),
    known.map(({ score }) => score),
  )
  return {
    pairs: pairs.length,
    covered: known.length,
    coverage: known.length / pairs.length,
    spearman: Number.isFinite(correlation) ? correlation : null,
  }
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, d) => sum + x * b[d], 0)

/** Questions that are asked together, and words that they are compared with at a time. */
const BATCH = 64
const STRIP = 32_768

type Places = readonly [number, number, number, number]

async function judgeAnalogies(
  list: WordList,
  sections: readonly AnalogySection[],
  { device, signal }: JudgeOptions,
): Promise<AnalogyJudgement> {
  const turns = new Turns(signal)
  const answers = new Answers(list, device)
  const judged: SectionJudgement[] = []
  try {
    for (const { name, questions } of sections) {
      const known = questions.flatMap(words => {
        const places = words.map(word => list.placeOf(word))
        return places.includes(undefined) ? [] : [places as unknown as Places]
      })
      let correct = 0
      for (let begin = 0; begin < known.length; begin += BATCH) {
        const batch = known.slice(begin, begin + BATCH)
        const found = await answers.to(batch, turns)
        batch.forEach((places, k) => {
          if (found[k] === places[3]) correct++
        })
      }
      const share = known.length === 0 ? null : correct / known.length
      judged.push({ section: name, questions: questions.length, covered: known.length, correct, accuracy: share })
    }
  } finally {
    answers.release()
  }
  const sum = (count: 'questions' | 'covered' | 'correct') => judged.reduce((total, s) => total + s[count], 0)
  const [questions, covered, correct] = [sum('questions'), sum('covered'), sum('correct')]
  const coverage = questions === 0 ? 0 : covered / questions
  return { questions, covered, coverage, correct, accuracy: covered === 0 ? null : correct / covered, sections: judged }
}

/** Finds the words nearest to b − a + c, many questions at a time, as products on the device. */
class Answers {
  readonly #list: WordList
  readonly #device: Device
  readonly #queries: Matrix
  readonly #words: Matrix
  readonly #cosines: Matrix

  constructor(list: WordList, device: Device) {
    this.#list = list
    this.#device = device
    const strip = Math.min(STRIP, list.words.length)
    this.#queries = device.allocate(BATCH, list.dimensions)
    this.#words = device.allocate(strip, list.dimensions)
    this.#cosines = device.allocate(BATCH, strip)
  }

  /** @returns  A place for each question, its own three words left out. */
  async to(batch: readonly Places[], turns: Turns): Promise<Int32Array> {
    const { units, dimensions, words } = this.#list
    const values = new Float32Array(BATCH * dimensions)
    batch.forEach(([a, b, c], k) => {
      const [x, y, z] = [a, b, c].map(place => this.#list.unit(place))
      for (let d = 0; d < dimensions; d++) values[k * dimensions + d] = y[d] - x[d] + z[d]
    })
    this.#device.write(this.#queries, values)
    const best = new Int32Array(batch.length).fill(-1)
    const highest = new Float64Array(batch.length).fill(Number.NEGATIVE_INFINITY)
    const strip = this.#words.rows
    for (let begin = 0; begin < words.length; begin += strip) {
      const end = Math.min(words.length, begin + strip)
      const rows = new Float32Array(strip * dimensions)
      rows.set(units.subarray(begin * dimensions, end * dimensions))
      this.#device.write(this.#words, rows)
      this.#device.product(this.#cosines, this.#queries, this.#words, { transposeB: true })
      const cosines = this.#device.read(this.#cosines)
      batch.forEach(([a, b, c], k) => {
        for (let place = begin; place < end; place++) {
          const cosine = cosines[k * strip + place - begin]
          if (cosine <= highest[k] || place === a || place === b || place === c) continue
          highest[k] = cosine
          best[k] = place
        }
      })
      await turns.give()
    }
    return best
  }

  release(): void {
    for (const matrix of [this.#queries, this.#words, this.#cosines]) this.#device.release(matrix)
  }
}
