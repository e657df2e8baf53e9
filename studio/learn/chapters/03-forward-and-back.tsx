import type { Chapter } from '../page.tsx'

export const chapter3: Chapter = { title: { en: 'Chapter 3', zh: '第 3 章' }, Body: () => null }
