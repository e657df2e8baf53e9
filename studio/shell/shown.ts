/** Whether a view is on the page: what is not shown computes nothing. */
import type { Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** Sets the signal while the component that calls it is on the page. */
export function useShown(isShown: Signal<boolean>): void {
  useEffect(() => {
    isShown.value = true
    return () => {
      isShown.value = false
    }
  }, [isShown])
}
