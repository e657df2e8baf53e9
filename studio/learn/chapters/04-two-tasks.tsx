import type { Chapter } from '../page.tsx'

export const chapter4: Chapter = { title: { en: 'Chapter 4', zh: '第 4 章' }, Body: () => null }
