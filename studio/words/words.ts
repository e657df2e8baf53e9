/** The Words view's words. */
import { dictionary } from '../shell/language.ts'

const en = {
  title: 'Word vectors',
  needs: 'This view shows word vectors: a list of numbers for each word, learned so that words used alike point alike.',
  make: 'Make some of a text of yours, in the shape of word2vec:',
  open: 'Open word vectors or a model',
  opens:
    'Also the vectors of word2vec, GloVe and fastText (.vec, .bin), and any classifier or language model: ' +
    'it has vectors too.',
  own: (count: string, size: number) => `${count} words, ${size} numbers each, learned as word vectors.`,
  byProduct: (task: string, count: string, size: number) =>
    `By-product: the ${count} vectors of ${size} numbers that a ${task} has learned for its own task. Near ` +
    'one another are words that it treats alike, which need not mean alike.',
  contrast: 'For vectors that were learned to be near for words used alike, open word vectors.',
  classifier: 'text classifier',
  'language-model': 'language model',
  map: 'Map',
  mapAbout: (x: string, y: string) =>
    `The plane on which the words differ most (principal components): across ${x} of their variance, up ${y}. ` +
    'What is near on the map need not be near in all dimensions: the list says.',
  howMany: 'Words',
  most: (n: number) => `the ${n} most frequent`,
  zoomIn: 'Larger',
  zoomOut: 'Smaller',
  whole: 'All of it',
  mapLabel: 'Words on a plane. Arrow keys go to the next word in that direction, plus and minus zoom, 0 shows all.',
  neighbours: 'Nearest words',
  word: 'Word',
  show: 'Show',
  cosine: 'cosine',
  analogy: 'Analogy',
  isTo: 'is to',
  as: 'as',
  isToWhat: 'is to …',
  first: 'first word',
  second: 'second word',
  third: 'third word',
  answer: 'Answer',
  none: 'Choose a word on the map, or write one.',
  analogyAbout: 'The words nearest to second − first + third.',
  said: (word: string, near: string) => `Nearest to “${word}” are ${near}.`,
  saidWord: (word: string, cosine: string) => `“${word}” (cosine ${cosine})`,
  saidNone: (count: string) => `${count} words are on the map; none is chosen.`,
  saidAnalogy: (a: string, b: string, c: string, d: string) => `“${a}” is to “${b}” as “${c}” is to “${d}”.`,
  comma: ', ',
  and: ' and ',
}

export type WordsWords = typeof en

const zh: WordsWords = {
  title: '词向量',
  needs: '本视图显示词向量：每个词是一串数，用法相近的词方向相近。',
  make: '用你自己的文本按 word2vec 的方法做一份：',
  open: '打开词向量或模型',
  opens: '也可以打开 word2vec、GloVe、fastText 的向量（.vec、.bin），以及任何分类器或语言模型：它们也有向量。',
  own: (count, size) => `${count} 个词，每个 ${size} 个数，作为词向量学到。`,
  byProduct: (task, count, size) =>
    `副产品：${task}为自己的任务学到的 ${count} 个向量，每个 ${size} 个数。相近的是它同样对待的词，意思未必相近。`,
  contrast: '想看专门学来让用法相近的词靠近的向量，请打开词向量。',
  classifier: '文本分类器',
  'language-model': '语言模型',
  map: '地图',
  mapAbout: (x, y) =>
    `词与词差别最大的平面（主成分）：横向占方差的 ${x}，纵向占 ${y}。图上靠近，在全部维度里未必靠近：以列表为准。`,
  howMany: '词数',
  most: n => `最常见的 ${n} 个`,
  zoomIn: '放大',
  zoomOut: '缩小',
  whole: '全部',
  mapLabel: '平面上的词。方向键移到那个方向的下一个词，加减号缩放，0 显示全部。',
  neighbours: '最近的词',
  word: '词',
  show: '显示',
  cosine: '余弦',
  analogy: '类比',
  isTo: '之于',
  as: '如同',
  isToWhat: '之于 …',
  first: '第一个词',
  second: '第二个词',
  third: '第三个词',
  answer: '回答',
  none: '在地图上选一个词，或写一个词。',
  analogyAbout: '离“第二个 − 第一个 + 第三个”最近的词。',
  said: (word, near) => `离“${word}”最近的是${near}。`,
  saidWord: (word, cosine) => `“${word}”（余弦 ${cosine}）`,
  saidNone: count => `地图上有 ${count} 个词，还没有选词。`,
  saidAnalogy: (a, b, c, d) => `“${a}”之于“${b}”，如同“${c}”之于“${d}”。`,
  comma: '、',
  and: '和',
}

export const wordsWords = dictionary(en, zh)
