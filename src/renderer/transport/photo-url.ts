import { preloadBridge } from './connect.ts'

/**
 * Address of a photo of the open project, for `<img src>`. `thumbnail` is sized for the grid, `working-copy` for looking closely. The
 * same hash is always the same picture: addresses are cached for good.
 */
export function photoUrl(hash: string, kind: 'thumbnail' | 'working-copy'): string {
  const base = preloadBridge() === null ? '/photos' : 'graft://photos'
  return `${base}/${kind}/${hash}.jpg`
}
