/** The frame's words. */
import { dictionary } from './language.ts'

const en = {
  views: 'Views',
  openModel: 'Open a model',
  openAnother: 'Open another model',
  opening: (name: string) => `Opening ${name} …`,
  dropHere: 'Let go to open it',
  dropHint: 'Drop a model file on the page, or choose one. It is read here, in this page, and goes nowhere.',
  howToMake: 'No model yet? These make one:',
  wrongTask: (name: string) => `${name} is not a model of the kind that this view shows. Open another one.`,
  language: 'Language',
  scheme: 'Colours',
  light: 'light',
  dark: 'dark',
  mistake: 'This is a mistake in Sluice, not in what you gave it.',
  units: (n: number) => `${n} units`,
  layers: (n: number) => `${n} layers`,
  bidirectional: 'both directions',
  vocabulary: (n: number) => `${n.toLocaleString('en')} words`,
  dimensions: (n: number) => `${n} dimensions`,
  classifier: 'text classifier',
  'language-model': 'language model',
  'word-vectors': 'word vectors',
  narrator: 'In words',
  skip: 'Skip to the picture',
  title: 'Sluice studio: see what a network remembers',
}

export type ShellWords = typeof en

const zh: ShellWords = {
  views: '视图',
  openModel: '打开模型',
  openAnother: '打开另一个模型',
  opening: name => `正在打开 ${name} …`,
  dropHere: '松手即可打开',
  dropHint: '把模型文件拖到页面上，或选择一个文件。文件只在本页读取，不会上传。',
  howToMake: '还没有模型？用下面的命令做一个：',
  wrongTask: name => `${name} 不是本视图能显示的模型种类，请打开另一个。`,
  language: '语言',
  scheme: '配色',
  light: '浅色',
  dark: '深色',
  mistake: '这是 Sluice 自己的错误，不是你给它的东西有错。',
  units: n => `${n} 个单元`,
  layers: n => `${n} 层`,
  bidirectional: '双向',
  vocabulary: n => `${n.toLocaleString('en')} 个词`,
  dimensions: n => `${n} 维`,
  classifier: '文本分类器',
  'language-model': '语言模型',
  'word-vectors': '词向量',
  narrator: '解说',
  skip: '跳到图',
  title: 'Sluice 工作室：看网络记住了什么',
}

export const shellWords = dictionary(en, zh)
