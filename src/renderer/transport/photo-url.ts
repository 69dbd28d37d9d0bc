import { preloadBridge } from './connect.ts'

/** `original`: the file that was imported, where it is still there and browsers can draw it. */
export type PhotoKind = 'thumbnail' | 'working-copy' | 'original'

/**
 * Address of a photo of the open project, for `<img src>`. `thumbnail` is sized for the grid, `working-copy` for looking at all of it,
 * `original` for looking closely. The same hash is always the same picture: addresses are cached for good.
 */
export function photoUrl(hash: string, kind: PhotoKind): string {
  const base = preloadBridge() === null ? '/photos' : 'graft://photos'
  return kind === 'original' ? `${base}/original/${hash}` : `${base}/${kind}/${hash}.jpg`
}
