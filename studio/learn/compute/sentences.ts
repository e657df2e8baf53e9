/**
 * Small sentences of opinion, made from a grammar, for models that are trained in the page in a second or two. A "not"
 * turns the word after it round, and after "but" comes what counts: order matters, so there is something to remember.
 */
import { uniform } from '../../../src/random/draw.ts'
import { keyOf, subkey } from '../../../src/random/key.ts'

export type Tongue = 'en' | 'zh'

interface Grammar {
  readonly things: readonly string[]
  readonly good: readonly string[]
  readonly bad: readonly string[]
  readonly says: (thing: string, word: string, isNegated: boolean) => string
  readonly but: (first: string, second: string) => string
  readonly and: (first: string, second: string) => string
}

const GRAMMARS: Readonly<Record<Tongue, Grammar>> = {
  en: {
    things: ['film', 'plot', 'actor', 'food', 'soup', 'service', 'waiter', 'room', 'music', 'story'],
    good: ['good', 'great', 'lovely', 'wonderful', 'friendly', 'fresh'],
    bad: ['bad', 'awful', 'boring', 'slow', 'cold', 'terrible'],
    says: (thing, word, isNegated) => `the ${thing} was ${isNegated ? 'not ' : ''}${word}`,
    but: (first, second) => `${first} but ${second}`,
    and: (first, second) => `${first} and ${second}`,
  },
  zh: {
    things: ['电影', '情节', '演员', '饭菜', '汤', '服务', '服务员', '房间', '音乐', '故事'],
    good: ['精彩', '美味', '可爱', '优秀', '热情', '新鲜'],
    bad: ['糟糕', '难吃', '无聊', '缓慢', '冰冷', '差劲'],
    says: (thing, word, isNegated) => `${thing} ${isNegated ? '不' : '很'} ${word}`,
    but: (first, second) => `${first} 但是 ${second}`,
    and: (first, second) => `${first} 而且 ${second}`,
  },
}

export const LABELS: Readonly<Record<Tongue, readonly [good: string, bad: string]>> = {
  en: ['positive', 'negative'],
  zh: ['好评', '差评'],
}

export interface Opinion {
  readonly text: string
  readonly label: string
}

/** The same number gives the same sentences. */
export function opinions(tongue: Tongue, count: number, seed = 1): Opinion[] {
  const { things, good, bad, says, but, and } = GRAMMARS[tongue]
  const key = keyOf(seed, 'opinions')
  return Array.from({ length: count }, (_, k) => {
    const own = subkey(key, k)
    let draws = 0
    const draw = (): number => uniform(own, draws++)
    const oneOf = (words: readonly string[]): string => words[Math.floor(draw() * words.length)]
    const clause = (isGood: boolean): string => {
      const isNegated = draw() < 0.3
      return says(oneOf(things), oneOf(isGood === isNegated ? bad : good), isNegated)
    }
    const isGood = draw() < 0.5
    const form = draw()
    const last = clause(isGood)
    const text = form < 0.3 ? last : form < 0.65 ? but(clause(!isGood), last) : and(clause(isGood), last)
    return { text, label: LABELS[tongue][isGood ? 0 : 1] }
  })
}

/** A thing, praise or blame: what the words of the grammar are, which no model is told. */
export function kindsOfWords(tongue: Tongue): Map<string, 'thing' | 'good' | 'bad'> {
  const { things, good, bad } = GRAMMARS[tongue]
  return new Map([
    ...things.map(word => [word, 'thing'] as const),
    ...good.map(word => [word, 'good'] as const),
    ...bad.map(word => [word, 'bad'] as const),
  ])
}
