import { SettingsPool } from '../settings-pool.js'

/** The money of one end: `scale` digits of the unit named by `code`. */
export interface Asset {
  readonly code: string
  readonly scale: number
}

const assets = new SettingsPool<Asset>()

/** One object for all connections with this asset, as long as others are rare: a program sees few. */
export function sharedAsset(code: string, scale: number): Asset {
  return assets.share({ code, scale }, () => {})
}
