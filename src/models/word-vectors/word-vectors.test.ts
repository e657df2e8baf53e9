import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTeam, stopTeam } from '../../devices/wasm/threads/start-team.ts'
import { createWasmDevice } from '../../devices/wasm/wasm-device.ts'
import { spawnWorker } from '../../platform/node/threads.ts'
import { integerBelow, uniform } from '../../random/draw.ts'
import { keyOf } from '../../random/key.ts'
import { parseWordQuestions } from './word-questions.ts'
import type { WordVectorTrainOptions } from './word-vector-train-options.ts'
import { WordVectors } from './word-vectors.ts'

/** Sentences about two things: words of one never stand with words of the other. */
const TEXT = Array.from({ length: 1500 }, (_, line) => {
  const key = keyOf(8, 'sentence', line)
  const theme = ['sea ship wave sail fish', 'king queen crown court throne'][line % 2].split(' ')
  return Array.from({ length: 6 }, (_, k) => theme[integerBelow(key, k, theme.length)]).join(' ')
}).join('\n')

const OPTIONS: WordVectorTrainOptions = { embedding: 16, epochs: 4, subsample: 0, window: 3, tokens: 'space' }
const train = (given: WordVectorTrainOptions = {}) => WordVectors.train(TEXT, { ...OPTIONS, ...given })

const kinds: readonly WordVectorTrainOptions[] = [
  {},
  { architecture: 'skip-gram' },
  { loss: 'hierarchical-softmax' },
  { architecture: 'skip-gram', loss: 'hierarchical-softmax' },
]

for (const given of kinds) {
  test(`words that stand together become alike: ${JSON.stringify(given)}`, async () => {
    const vectors = await train(given)
    assert.equal(vectors.words.length, 10)
    const near = vectors.similar('sea', 4).map(({ word }) => word)
    assert.deepEqual(near.toSorted(), ['fish', 'sail', 'ship', 'wave'])
    const { epochs } = vectors.run ?? { epochs: [] }
    assert.ok(epochs.length === 4 && epochs[3].loss < epochs[0].loss)
  })
}

test('the same training gives the same bytes, on any number of threads', async () => {
  const alone = (await train({ embedding: 64 })).toBytes()
  assert.deepEqual((await train({ embedding: 64 })).toBytes(), alone)
  assert.notDeepEqual((await train({ embedding: 64, seed: 2 })).toBytes(), alone)
  for (const threads of [2, 3]) {
    const device = createWasmDevice()
    await startTeam(device, threads, spawnWorker, { maySleep: true, dividesAll: true })
    assert.deepEqual((await train({ embedding: 64, device })).toBytes(), alone)
    stopTeam(device)
  }
})

test('threads that race learn the same things', async () => {
  const device = createWasmDevice()
  await startTeam(device, 2, spawnWorker, { maySleep: true, dividesAll: true })
  const vectors = await train({ fast: true, device })
  stopTeam(device)
  assert.deepEqual(
    vectors
      .similar('king', 4)
      .map(({ word }) => word)
      .toSorted(),
    ['court', 'crown', 'queen', 'throne'],
  )
})

test('a training that is stopped and goes on gives the bytes of the unbroken one', async () => {
  const unbroken = await train()
  const saved: Uint8Array[] = []
  const checkpoint = { everySeconds: 0, save: async (bytes: Uint8Array) => void saved.push(bytes) }
  const whole = await train({ checkpoint })
  assert.deepEqual(whole.toBytes(), unbroken.toBytes())
  // Two chunks an epoch: a save after each of them and after each epoch.
  assert.ok(saved.length >= 8, `${saved.length} saves`)
  for (const k of [0, 1, 2, 5, saved.length - 1]) {
    assert.deepEqual((await train({ resume: saved[k] })).toBytes(), unbroken.toBytes(), `from save ${k}`)
  }
  const longer = await train({ resume: saved[saved.length - 1], epochs: 5 })
  assert.equal(longer.run?.epochs.length, 5)
})

test('another run is refused, each difference named', async () => {
  let last = new Uint8Array()
  const save = async (bytes: Uint8Array) => {
    last = Uint8Array.from(bytes)
  }
  await train({ checkpoint: { everySeconds: 1000, save } })
  const refused = (message: RegExp) => ({ code: 'MODEL_FILE', message })
  await assert.rejects(train({ resume: last, window: 4, seed: 3 }), refused(/seed was 1, now 3; window was 3, now 4/))
  await assert.rejects(WordVectors.train(`${TEXT}\nsea`, { ...OPTIONS, resume: last }), refused(/the data is other/))
  await assert.rejects(train({ resume: (await train()).toBytes() }), refused(/expected a checkpoint, got a model/))
})

test('an abort stops training after a checkpoint', async () => {
  const controller = new AbortController()
  let saves = 0
  const save = async () => void saves++
  const onProgress = () => controller.abort(new Error('enough'))
  const training = train({ checkpoint: { everySeconds: 1000, save }, onProgress, signal: controller.signal })
  await assert.rejects(training, /enough/)
  assert.equal(saves, 1)
})

test('a rate that is far too high is an error, not NaN', async () => {
  await assert.rejects(train({ learningRate: 1000, epochs: 20 }), {
    code: 'DIVERGENCE',
    message: /learning rate of 1000/,
  })
})

test('wrong options are refused', async () => {
  for (const given of [{ window: 0 }, { loss: 'softmax' }, { negative: 1.5 }, { colour: 1 }] as object[]) {
    await assert.rejects(WordVectors.train(TEXT, given), { code: 'OPTION' })
  }
})

const random = new WordVectors({
  words: Array.from({ length: 200 }, (_, k) => `w${k}`),
  dimensions: 12,
  vectors: Float32Array.from({ length: 2400 }, (_, k) => uniform(keyOf(4, 'random'), k) - 0.5),
  counts: null,
  text: null,
  summary: null,
})

const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let [both, ofA, ofB] = [0, 0, 0]
  for (let d = 0; d < a.length; d++) {
    both += a[d] * b[d]
    ofA += a[d] ** 2
    ofB += b[d] ** 2
  }
  return both / Math.sqrt(ofA * ofB)
}

const vectorOf = (word: string) => random.vector(word) as Float32Array

function nearestByForce(query: ArrayLike<number>, without: readonly string[]): [string, number][] {
  return random.words
    .filter(word => !without.includes(word))
    .map((word): [string, number] => [word, cosine(query, vectorOf(word))])
    .sort((a, b) => b[1] - a[1])
}

function analogyByForce(a: string, b: string, c: string): [string, number][] {
  const [x, y, z] = [a, b, c].map(word => vectorOf(word).map(value => value / Math.hypot(...vectorOf(word))))
  return nearestByForce(
    y.map((value, d) => value - x[d] + z[d]),
    [a, b, c],
  )
}

test('neighbours and analogies as by brute force', () => {
  for (const word of ['w0', 'w77', 'w199']) {
    const expected = nearestByForce(vectorOf(word), [word])
    random.similar(word, 7).forEach(({ word: found, similarity }, k) => {
      assert.equal(found, expected[k][0])
      assert.ok(Math.abs(similarity - expected[k][1]) < 1e-6)
    })
  }
  const expected = analogyByForce('w3', 'w4', 'w5')
  assert.deepEqual(
    random.analogy('w3', 'w4', 'w5', 5).map(({ word }) => word),
    expected.slice(0, 5).map(([word]) => word),
  )
  assert.equal(random.similar('w1', 1000).length, 199)
  assert.ok(Math.abs(random.similarity('w1', 'w2') - cosine(vectorOf('w1'), vectorOf('w2'))) < 1e-6)
})

test('evaluation: analogies as by brute force, pairs with coverage', async () => {
  const right = (k: number) => analogyByForce(`w${k}`, `w${k + 1}`, `w${k + 2}`)[0][0]
  const lines = Array.from({ length: 150 }, (_, k) => `w${k} w${k + 1} w${k + 2} ${k % 3 === 0 ? right(k) : 'w199'}`)
  const text = `: one\n${lines.slice(0, 90).join('\n')}\n: two\nw1 w2 w3 nothing\n${lines.slice(90).join('\n')}\n`
  const judged = await random.evaluate(parseWordQuestions(text, 'questions'))
  assert.ok('sections' in judged)
  const expected = lines.filter(line => line.split(' ')[3] === right(Number(line.split(' ')[0].slice(1)))).length
  assert.deepEqual([judged.questions, judged.covered, judged.correct], [151, 150, expected])
  assert.ok(expected >= 50)
  assert.deepEqual(
    judged.sections.map(({ section, questions }) => [section, questions]),
    [
      ['one', 90],
      ['two', 61],
    ],
  )
  const pairs = await random.evaluate(
    parseWordQuestions('word1\tword2\tscore\nw1\tw2\t3\nW3\tw4\t1\nno\tw4\t1\n', 'pairs'),
  )
  const order = random.similarity('w1', 'w2') > random.similarity('w3', 'w4') ? 1 : -1
  assert.deepEqual(pairs, { pairs: 3, covered: 2, coverage: 2 / 3, spearman: order })
})

test('a header may name the column of the scores', () => {
  const text = 'word1\tword2\tPOS\tSimLex999\tother\nold\tnew\tA\t1.58\t2.72\n'
  assert.deepEqual(parseWordQuestions(text, 'simlex'), {
    kind: 'similarity',
    pairs: [{ a: 'old', b: 'new', score: 1.58 }],
  })
})

test('files of neither kind are refused', () => {
  for (const text of ['', 'a b c\nd e f\n', 'a b 1\nc d\n', ': x\na b c\n', 'a b c d\na b\n']) {
    assert.throws(() => parseWordQuestions(text, 'file.txt'), { code: 'DATA', message: /^file\.txt/ })
  }
})

test('a word without a vector is an error that says so; of capitals the lower-case form is taken', () => {
  assert.throws(() => random.similar('nothing'), {
    code: 'DATA',
    message: /got "nothing", which is none of the 200 words/,
  })
  assert.equal(random.vector('nothing'), undefined)
  assert.deepEqual(random.vector('W7'), random.vector('w7'))
  assert.throws(() => random.similar('w1', 0), { code: 'OPTION' })
})

/** A letter of the document may be another without harm; what is wrong has to be refused as such. */
function isReadOrRefused(bytes: Uint8Array): boolean {
  try {
    return WordVectors.fromBytes(bytes).list.vectors.every(Number.isFinite)
  } catch (error) {
    return (error as { code?: string }).code === 'MODEL_FILE'
  }
}

test('files: what was trained comes back whole, and damage is found', async () => {
  const vectors = await train()
  const bytes = vectors.toBytes()
  const read = WordVectors.fromBytes(bytes)
  assert.deepEqual(read.toBytes(), bytes)
  assert.deepEqual(read.summary, JSON.parse(JSON.stringify(vectors.summary)))
  assert.deepEqual(WordVectors.fromBytes(vectors.toWord2Vec('binary')).list.vectors, vectors.list.vectors)
  assert.deepEqual(WordVectors.fromBytes(vectors.toWord2Vec()).list.vectors, vectors.list.vectors)
  for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 97)) {
    const damaged = bytes.slice()
    damaged[at] ^= 0x15
    assert.ok(isReadOrRefused(damaged), `byte ${at}`)
    assert.throws(() => WordVectors.fromBytes(bytes.subarray(0, at)), { code: 'MODEL_FILE' }, `${at} bytes`)
  }
  const other = bytes.slice()
  other[other.length - 3] ^= 1
  assert.throws(() => WordVectors.fromBytes(other), { code: 'MODEL_FILE', message: /sha256/ })
})
