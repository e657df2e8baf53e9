import type { Chapter } from '../page.tsx'

export const chapter1: Chapter = { title: { en: 'Chapter 1', zh: '第 1 章' }, Body: () => null }
