import type { Chapter } from '../page.tsx'

export const chapter9: Chapter = { title: { en: 'Chapter 9', zh: '第 9 章' }, Body: () => null }
