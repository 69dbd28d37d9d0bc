import type { StudioClient } from '../../main/contract/contract.ts'
import type { Image, ImageFilter } from '../../main/contract/images.ts'
import type { LabelSource } from './labelling-session.ts'

/** Photos that are asked for at once. */
const pageLength = 1000

/** What labelling asks the studio for. */
export interface LabelDoor {
  /** Photos of the source in the order of import, from `offset` on; `total` counts all of them. */
  list(source: LabelSource, offset: number): Promise<{ readonly total: number; readonly images: readonly Image[] }>
  get(hash: string): Promise<Image>
  /** Answers the step of the history that it made; null where it made none, or where it is not sure which. */
  set(hash: string, classId: number | null): Promise<number | null>
  /** Undoes a step while it is the newest one; answers whether it did. */
  undo(step: number): Promise<boolean>
  /** Whether the history has moved by other hands since the last question. */
  hasMoved(): Promise<boolean>
}

export function labelDoor(client: StudioClient): LabelDoor {
  let known: string | null = null
  const state = async () => {
    const now = await client.history.state()
    known = markOf(now)
    return now
  }
  return {
    list: (source, offset) => client.images.list({ filter: filterOf(source), offset, limit: pageLength }),
    get: (hash) => client.images.get({ hash }),
    set: async (hash, classId) => {
      const { changed } = await client.labels.set({ hashes: [hash], classId })
      if (changed === 0) return null
      const { undo } = await state()
      return undo?.action === 'label' && undo.details['images'] === 1 ? undo.id : null
    },
    undo: async (step) => {
      const { undo } = await state()
      if (undo?.id !== step) return false
      await client.history.undo()
      await state()
      return true
    },
    hasMoved: async () => {
      const before = known
      await state()
      return before !== null && before !== known
    },
  }
}

function markOf({ undo, redo }: Awaited<ReturnType<StudioClient['history']['state']>>): string {
  return `${undo?.id ?? ''} ${redo?.id ?? ''}`
}

function filterOf(source: LabelSource): Partial<ImageFilter> {
  switch (source.kind) {
    case 'unlabelled':
      return { class: 'unlabelled' }
    case 'all':
      return {}
    case 'class':
      return { class: source.classId }
    default:
      return source satisfies never
  }
}
