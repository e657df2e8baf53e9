import type { Chapter } from '../page.tsx'

export const chapter8: Chapter = { title: { en: 'Chapter 8', zh: '第 8 章' }, Body: () => null }
