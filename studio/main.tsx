/** The studio's page: what is in the address is shown. */
import { render } from 'preact'
import './shell/shell.css'
import './parts/parts.css'
import { App } from './shell/app.tsx'
import { openServedModel } from './shell/open-model.ts'

void openServedModel()
render(<App />, document.getElementById('app') as HTMLElement)
