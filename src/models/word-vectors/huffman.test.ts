import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uniform } from '../../random/draw.ts'
import { keyOf } from '../../random/key.ts'
import { huffmanPaths } from './huffman.ts'

/** Code lengths by the plainest algorithm: join the two lightest of a list, again and again. */
function plainCost(counts: readonly number[]): number {
  const weights = [...counts]
  let cost = 0
  while (weights.length > 1) {
    weights.sort((a, b) => a - b)
    const joined = weights[0] + weights[1]
    cost += joined
    weights.splice(0, 2, joined)
  }
  return cost
}

const texts: readonly (readonly number[])[] = [
  [2, 1],
  [5, 5, 5, 5, 5],
  [100, 40, 39, 7, 7, 7, 2, 1],
  Array.from({ length: 500 }, (_, k) => Math.ceil(1000 * uniform(keyOf(1, 'counts'), k) ** 4) + 1).sort(
    (a, b) => b - a,
  ),
]

test('the codes are as short, in all, as those of a plain implementation', () => {
  for (const counts of texts) {
    const { starts } = huffmanPaths(counts)
    const cost = counts.reduce((sum, count, word) => sum + count * (starts[word + 1] - starts[word]), 0)
    assert.equal(cost, plainCost(counts))
  }
})

test('paths lead from the root, by labels, to each word and to no other', () => {
  for (const counts of texts) {
    const { starts, nodes, labels } = huffmanPaths(counts)
    const words = counts.length
    /** Where each node leads, by label. */
    const next = new Map<string, string>()
    for (let word = 0; word < words; word++) {
      assert.equal(nodes[starts[word]], words - 2)
      for (let k = starts[word]; k < starts[word + 1]; k++) {
        const to = k + 1 < starts[word + 1] ? `node ${nodes[k + 1]}` : `word ${word}`
        const from = `node ${nodes[k]} ${labels[k]}`
        assert.equal(next.get(from) ?? to, to)
        next.set(from, to)
      }
    }
    // A binary tree of n leaves has n − 1 inner nodes with two ways on from each, no two to the same place.
    assert.equal(next.size, 2 * (words - 1))
    assert.equal(new Set(next.values()).size, next.size)
  }
})

test('no words, or one, have no paths', () => {
  assert.deepEqual([...huffmanPaths([]).starts], [0])
  assert.deepEqual([...huffmanPaths([7]).starts], [0, 0])
})
