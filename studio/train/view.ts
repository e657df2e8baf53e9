import type { View } from '../shell/views.ts'

export const view: View = {
  name: 'train',
  title: { en: 'Train', zh: '训练' },
  about: { en: 'cells learn side by side, a batch at a time', zh: '几种单元并排学习，一批一批地看' },
  tasks: null,
  load: () => import('./page.tsx'),
}
