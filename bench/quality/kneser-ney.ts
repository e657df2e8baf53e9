/**
 * What a language model has to beat: an interpolated Kneser-Ney trigram on the words of "Emma", divided as
 * `LanguageModel` divides them by default: the first 90 % counted, the last 10 % judged.
 *
 *     node bench/quality/kneser-ney.ts
 *
 *   p(w | a b) = max(c(a b w) − D, 0) / c(a b ·) + D · n(a b ·) / c(a b ·) · p(w | b),   D = 0.75
 *
 * and so on down, c of the lower orders being the number of different tokens before, to 1 / V.
 *
 * @see Kneser & Ney 1995; Chen & Goodman 1999, equation 31 in its interpolated form.
 */
import { readEmma } from '../../examples/emma.ts'
import { createTokenizer } from '../../src/text/tokenizer.ts'
import { buildVocabulary, countTokens } from '../../src/text/vocabulary.ts'

const DISCOUNT = 0.75

/** One order's counts: of each context, what follows how often. */
type Order = Map<string, { total: number; followers: Map<number, number> }>

const tokens = createTokenizer({ tokens: 'word' }).tokens(readEmma())
const cut = tokens.length - Math.round(tokens.length * 0.1)
const vocabulary = buildVocabulary(countTokens([tokens.slice(0, cut)]), { minimumCount: 3 })
const ids = vocabulary.encode(tokens)
const orders = counted(ids.subarray(0, cut))
const judged = ids.subarray(cut)

let [loss, right] = [0, 0]
for (let i = 2; i < judged.length; i++) {
  const probabilities = distribution([judged[i - 2], judged[i - 1]])
  loss -= Math.log(probabilities[judged[i]])
  if (probabilities.indexOf(Math.max(...probabilities)) === judged[i]) right++
}
const predictions = judged.length - 2
const perplexity = Math.exp(loss / predictions).toFixed(2)
console.log(`${predictions} tokens: perplexity ${perplexity}, top-1 ${((100 * right) / predictions).toFixed(2)} %`)

/** Trigrams as they occur; of the lower orders each different token before counts once. */
function counted(text: Int32Array): Order[] {
  const [one, two, three]: Order[] = [new Map(), new Map(), new Map()]
  for (let i = 2; i < text.length; i++) {
    const [a, b, w] = text.subarray(i - 2, i + 1)
    if (!add(three, `${a} ${b}`, w)) continue
    if (add(two, `${b}`, w)) add(one, '', w)
  }
  return [one, two, three]
}

/** @returns Whether the token has not followed the context before. */
function add(order: Order, context: string, token: number): boolean {
  const entry = order.get(context) ?? { total: 0, followers: new Map<number, number>() }
  order.set(context, entry)
  const before = entry.followers.get(token) ?? 0
  entry.followers.set(token, before + 1)
  entry.total++
  return before === 0
}

/** [V]. */
function distribution([a, b]: readonly [number, number]): Float64Array {
  let lower = new Float64Array(vocabulary.size).fill(1 / vocabulary.size)
  for (const [k, context] of ['', `${b}`, `${a} ${b}`].entries()) {
    const entry = orders[k].get(context)
    if (!entry) continue
    const share = (DISCOUNT * entry.followers.size) / entry.total
    lower = lower.map(p => share * p)
    for (const [token, count] of entry.followers) lower[token] += (count - DISCOUNT) / entry.total
  }
  return lower
}
