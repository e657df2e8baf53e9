/** What a model's options change of a cell, without loading what changes it. */

export interface CellSettings {
  readonly activation: string | null
  readonly gateActivation: string | null
  readonly recurrentDropout: number
  readonly zoneout: number
}

const UNCHANGED: CellSettings = { activation: null, gateActivation: null, recurrentDropout: 0, zoneout: 0 }

/** Whether the cell is not the one that was asked for by name. */
export const isRewritten = (settings: CellSettings): boolean =>
  (Object.keys(UNCHANGED) as (keyof CellSettings)[]).some(name => settings[name] !== UNCHANGED[name])
