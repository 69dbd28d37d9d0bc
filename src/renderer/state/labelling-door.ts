import type { StudioClient } from '../../main/contract/contract.ts'
import type { Image, ImageFilter, ImageOrder } from '../../main/contract/images.ts'
import type { LabelSource } from './labelling-session.ts'
import type { Steps } from './steps.ts'

/** Photos that are asked for at once. */
const pageLength = 1000

/** What labelling asks the studio for. */
export interface LabelDoor {
  /** Photos of the source in the order of import, or of use, from `offset` on; `total` counts all of them. */
  list(source: LabelSource, offset: number): Promise<{ readonly total: number; readonly images: readonly Image[] }>
  get(hash: string): Promise<Image>
  /** Answers the step of the history that it made; null where it made none, or where it is not sure which. */
  set(hash: string, classId: number | null, source?: 'person' | 'suggestion'): Promise<number | null>
  /** Undoes a step while it is the newest one; answers whether it did. */
  undo(step: number): Promise<boolean>
  /** Does a step again while it is the one that was undone last; answers whether it did. */
  redo(step: number): Promise<boolean>
  /** Runs `work` after every step of the history that was asked for before, here or elsewhere. Rejects as it does. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  /** Whether the history has moved by other hands since the last question. */
  hasMoved(): Promise<boolean>
}

export function labelDoor(client: StudioClient, steps: Pick<Steps, 'inTurn'>): LabelDoor {
  let known: string | null = null
  const state = async () => {
    const now = await client.history.state()
    known = markOf(now)
    return now
  }
  return {
    list: (source, offset) => client.images.list({ filter: filterOf(source), ...orderOf(source), offset, limit: pageLength }),
    get: (hash) => client.images.get({ hash }),
    set: async (hash, classId, source = 'person') => {
      const { changed } = await client.labels.set({ hashes: [hash], classId, source })
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
    redo: async (step) => {
      const { redo } = await state()
      if (redo?.id !== step) return false
      await client.history.redo()
      await state()
      return true
    },
    inTurn: (work) => steps.inTurn(work),
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
    case 'useful':
      return { suggested: 'useful' }
    case 'all':
      return {}
    case 'class':
      return { class: source.classId }
    default:
      return source satisfies never
  }
}

function orderOf({ kind }: LabelSource): { readonly order?: ImageOrder } {
  return kind === 'useful' ? { order: { by: 'suggestion', descending: true } } : {}
}
