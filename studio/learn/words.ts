/** The texts of the chapters' frame. */
import { dictionary } from '../shell/language.ts'

interface HouseWords {
  readonly cell: string
  readonly hidden: number
  readonly parameters: string
  readonly sentences: number
}

const en = {
  chapters: 'Chapters',
  chapter: (n: number) => `Chapter ${n}`,
  before: 'Before',
  next: 'Next',
  text: 'Write a text',
  unit: 'Unit',
  ofOpen: (name: string) => `Numbers of the open model, ${name}.`,
  ofHouse: ({ cell, hidden, parameters, sentences }: HouseWords) =>
    `Numbers of a small ${cell} (${hidden} units, ${parameters} numbers), trained in this page just now on ` +
    `${sentences} made-up sentences.`,
  accuracy: (share: string) => `Of 200 sentences it has not seen it gets ${share} right.`,
  training: 'A small model is being trained in this page',
  openChapter: (title: string) => `This is the chapter “${title}”.`,
}

const zh: typeof en = {
  chapters: '章节',
  chapter: n => `第 ${n} 章`,
  before: '上一章',
  next: '下一章',
  text: '写一句话',
  unit: '单元',
  ofOpen: name => `数值来自打开的模型 ${name}。`,
  ofHouse: ({ cell, hidden, parameters, sentences }) =>
    `数值来自一个小的 ${cell} 模型（${hidden} 个单元，${parameters} 个参数），刚刚在本页用 ${sentences} 个造出来的句子训练而成（词之间用空格隔开）。`,
  accuracy: share => `对 200 个没见过的句子，准确率为 ${share}。`,
  training: '正在本页训练一个小模型',
  openChapter: title => `本章是“${title}”。`,
}

export const learnWords = dictionary(en, zh)
