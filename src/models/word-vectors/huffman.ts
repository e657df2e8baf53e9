/** Huffman's tree over the words: what hierarchical softmax decides at, node by node. */

/** The paths of all words, one after the other, from the root. */
export interface HuffmanPaths {
  /** [V + 1]: where each word's path begins in the other two. */
  readonly starts: Int32Array
  /** Inner nodes, 0 … V − 2; the root is V − 2. */
  readonly nodes: Int32Array
  /** What each node is to say: 1 where the path goes on to the half that was taken first, the rarer one. */
  readonly labels: Uint8Array
}

/**
 * Joins the two rarest, again and again: two queues, one of the words and one of what was joined, are both sorted.
 *
 * @param counts  [V], descending.
 * @see Huffman 1952; word2vec.c, whose label is 1 − code.
 */
export function huffmanPaths(counts: ArrayLike<number>): HuffmanPaths {
  const words = counts.length
  const joined = Math.max(0, words - 1)
  const weights = new Float64Array(joined)
  const parents = new Int32Array(words + joined).fill(-1)
  const isSecond = new Uint8Array(words + joined)
  let word = words - 1
  let next = 0
  const weightOf = (k: number) => (k < words ? counts[k] : weights[k - words])
  for (let node = 0; node < joined; node++) {
    const take = (): number => {
      if (word >= 0 && (next >= node || counts[word] < weights[next])) return word--
      return words + next++
    }
    const [first, second] = [take(), take()]
    weights[node] = weightOf(first) + weightOf(second)
    parents[first] = parents[second] = words + node
    isSecond[second] = 1
  }
  return pathsOf(words, parents, isSecond)
}

function pathsOf(words: number, parents: Int32Array, isSecond: Uint8Array): HuffmanPaths {
  // A parent comes after its children.
  const depths = new Int32Array(parents.length)
  for (let k = parents.length - 1; k >= 0; k--) depths[k] = parents[k] < 0 ? 0 : depths[parents[k]] + 1
  const starts = new Int32Array(words + 1)
  for (let word = 0; word < words; word++) starts[word + 1] = starts[word] + depths[word]
  const nodes = new Int32Array(starts[words])
  const labels = new Uint8Array(starts[words])
  for (let word = 0; word < words; word++) {
    let at = starts[word + 1]
    for (let k = word; parents[k] >= 0; k = parents[k]) {
      at--
      nodes[at] = parents[k] - words
      labels[at] = 1 - isSecond[k]
    }
  }
  return { starts, nodes, labels }
}
