/**
 * The network against the same layers put together by hand, training noise included.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lstm } from '../cells/lstm.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { Embedding } from '../layers/embedding.ts'
import { Linear } from '../layers/linear.ts'
import { maxOverTime } from '../layers/max-over-time.ts'
import { type Packed, pack } from '../layers/packed.ts'
import { packedOrder, packIds } from '../layers/packing.ts'
import { AttentionPooling, meanOverTime } from '../layers/pooling.ts'
import { Recurrent } from '../layers/recurrent.ts'
import { drawn, type WeightSource } from '../layers/weight-source.ts'
import { keyOf } from '../random/key.ts'
import { concat, dropout, type Tensor } from '../tensor/index.ts'
import { type NetworkSizes, POOLINGS } from './classifier-forward.ts'
import { ClassifierNetwork, type FirstWeights, type TrainingNoise } from './classifier-network.ts'

const sizes: NetworkSizes = {
  vocabulary: 9,
  embedding: 4,
  hidden: [3, 3],
  bidirectional: true,
  merge: 'concat',
  initialState: 'zero',
  pooling: 'last',
  classes: 3,
}
const sequences = [[1, 2], [5, 0, 3, 8], [7]].map(ids => Int32Array.from(ids))
const device = new ReferenceDevice()
const first: FirstWeights = { seed: 5, initialization: null, forgetBias: 1 }

/** Logits of a network, and of the same weights by hand: without training noise, or with it. */
function both(change: Partial<NetworkSizes>, noise?: TrainingNoise): [Tensor, Tensor] {
  const all = { ...sizes, ...change }
  const network = new ClassifierNetwork(lstm, all, drawn(device), first)
  const weights = network.parameters()
  const from =
    (prefix: string): WeightSource =>
    name =>
      weights.get(`${prefix}.${name}`) as Tensor
  const embedding = new Embedding({ vocabulary: 9, embeddingSize: 4, source: from('embedding') })
  const recurrent = new Recurrent(lstm, {
    inputSize: 4,
    hiddenSize: all.hidden,
    bidirectional: all.bidirectional,
    merge: all.merge,
    dropout: noise?.dropout ?? 0,
    source: from('rnn'),
  })
  const linear = new Linear({ inputSize: recurrent.outputSize, outputSize: 3, source: from('linear') })
  const drop = (x: Tensor, purpose: string) =>
    noise ? dropout(x, noise.dropout, keyOf(noise.seed, purpose, noise.draw)) : x

  const packing = packedOrder(sequences.map(s => s.length))
  const x = pack(sequences.map(ids => embedding.forward(ids)))
  assert.deepEqual(x.packing, packing)
  assert.deepEqual(x.values.toArray(), embedding.forward(packIds(packing, sequences)).toArray())
  const run = recurrent.forward(
    x.with(drop(x.values, 'dropout embedding')),
    undefined,
    noise ? { dropoutKey: keyOf(noise.seed, 'dropout layers', noise.draw) } : {},
  )
  const last = run.state.slice(-recurrent.directions).map(s => s.h)
  const pooled = {
    last: () => concat(last, 1),
    mean: () => meanOverTime(run.output),
    max: () => maxOverTime(run.output),
    attention: () => new AttentionPooling(recurrent.outputSize, 1, from('pooling')).forward(run.output as Packed),
  }[all.pooling]()
  return [network.logits(sequences, noise), linear.forward(drop(pooled, 'dropout last'))]
}

describe('the network of a classifier', () => {
  for (const pooling of POOLINGS) {
    it(`is embedding, recurrent layers, ${pooling} and a linear layer`, () => {
      for (const change of [{}, { hidden: [3], bidirectional: false }]) {
        const [actual, expected] = both({ ...change, pooling })
        assert.deepEqual(actual.shape, [3, 3])
        assert.deepEqual(actual.toArray(), expected.toArray())
      }
    })
  }

  it('drops values on the embedding, between layers and before the output, by seed and draw', () => {
    const noise = { seed: 4, draw: 2, dropout: 0.5, wordDropout: 0, weightDrop: 0 }
    const [actual, expected] = both({}, noise)
    assert.deepEqual(actual.toArray(), expected.toArray())
    assert.notDeepEqual(both({}, { ...noise, draw: 3 })[0].toArray(), actual.toArray())
    assert.notDeepEqual(both({}, { ...noise, seed: 5 })[0].toArray(), actual.toArray())
  })

  it('makes words unknown by the share asked for', () => {
    const network = new ClassifierNetwork(lstm, sizes, drawn(device), first)
    const text = [Int32Array.from({ length: 400 }, () => 3)]
    const noise = { seed: 4, draw: 2, dropout: 0, wordDropout: 0.25, weightDrop: 0 }
    const x = network.read(text, ['candidate'], noise).recorded[0].candidate
    const plain = network.read(text, ['candidate']).recorded[0].candidate
    assert.notDeepEqual(x.toArray(), plain.toArray())
    assert.deepEqual([...text[0]], Array(400).fill(3), 'the caller’s ids stay')
    const none = network.read(text, ['candidate'], { ...noise, wordDropout: 0 }).recorded[0].candidate
    assert.deepEqual(none.toArray(), plain.toArray())
  })

  it('gives one text alone what it gives in a batch', () => {
    const network = new ClassifierNetwork(lstm, sizes, drawn(device), first)
    const alone = sequences.map(s => network.logits([s]))
    assert.deepEqual(network.logits(sequences).toArray(), concat(alone, 0).toArray())
  })

  it('names its weights as a model file does', () => {
    const names = (change: Partial<NetworkSizes>) =>
      [...new ClassifierNetwork(lstm, { ...sizes, ...change }, drawn(device), first).parameters()].map(
        ([name, t]) => `${name} ${t.shape.join('×')}`,
      )
    assert.deepEqual(names({ hidden: [3], bidirectional: false }), [
      'embedding.weight 9×4',
      'rnn.weight_ih_l0 12×4',
      'rnn.weight_hh_l0 12×3',
      'rnn.bias_ih_l0 12',
      'rnn.bias_hh_l0 12',
      'linear.weight 3×3',
      'linear.bias 3',
    ])
    const attention = names({ pooling: 'attention' })
    assert.deepEqual(
      attention.filter(n => n.startsWith('pooling.')),
      ['pooling.weight 6×6', 'pooling.bias 6', 'pooling.context 1×6'],
    )
    assert.equal(attention.at(-2), 'linear.weight 3×6')
  })
})
