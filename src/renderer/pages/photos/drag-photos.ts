import { z } from 'zod'
import { ImageHash } from '../../../main/contract/ids.ts'

/** What photos are called while they are dragged from the grid onto a class. */
export const dragType = 'application/x-graft-photos'
const Hashes = z.array(ImageHash)

export function isPhotoDrag(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes(dragType) === true
}

/** Hashes of the photos of a drop. */
export function draggedPhotos(event: DragEvent): string[] {
  return Hashes.parse(JSON.parse(event.dataTransfer?.getData(dragType) ?? '[]'))
}
