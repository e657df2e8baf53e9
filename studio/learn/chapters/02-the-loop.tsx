import type { Chapter } from '../page.tsx'

export const chapter2: Chapter = { title: { en: 'Chapter 2', zh: '第 2 章' }, Body: () => null }
