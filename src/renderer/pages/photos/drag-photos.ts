/** What is dragged within the page: photos onto a class, or a class to another place. What they are, the page itself knows. */
export const photoDrag = 'application/x-graft-photos'
export const classDrag = 'application/x-graft-class'

export function isDragOf(kind: typeof photoDrag | typeof classDrag, event: DragEvent): boolean {
  return event.dataTransfer?.types.includes(kind) === true
}
