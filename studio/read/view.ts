import type { View } from '../shell/views.ts'

export const view: View = {
  name: 'read',
  title: { en: 'Read', zh: '阅读' },
  about: { en: 'a text, and every gate at every word', zh: '一段文字，每个词处的每个门' },
  tasks: ['classifier', 'language-model'],
  load: () => import('./page.tsx'),
}
