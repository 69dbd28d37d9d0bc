const key = 'graft.photo-size'
/** Side of the squares of the grid, px. */
export const photoSizes = { least: 96, most: 320, step: 8, usual: 136 } as const

/** How large photos are shown, kept in this browser. */
export class PhotoSize {
  #px = $state(sizeOf(localStorage.getItem(key)))

  get px(): number {
    return this.#px
  }

  set px(px: number) {
    this.#px = px
    localStorage.setItem(key, String(px))
  }
}

function sizeOf(stored: string | null): number {
  const px = Number(stored ?? Number.NaN)
  return px >= photoSizes.least && px <= photoSizes.most ? px : photoSizes.usual
}
