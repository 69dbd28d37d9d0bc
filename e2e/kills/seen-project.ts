import type { StudioClient } from '../../src/main/contract/contract.ts'
import { actions, areSame, type Decisions, type Model, type Step } from './labelled-project-model.ts'

/** Hashes of the photos of each import; the first one's were there from the beginning. */
export type Imports = readonly ReadonlySet<string>[]

/** The steps of the history as the studio lists them. */
type SeenSteps = Awaited<ReturnType<StudioClient['history']['list']>>

/** What a studio tells of its project. */
export interface Seen {
  readonly decisions: Decisions
  /** How many photos of each import it has, in the trash or not. */
  readonly photos: readonly number[]
  readonly steps: SeenSteps
}

/** As many as are compared; older ones are counted. */
const newestSteps = 1000
const photosAtOnce = 2000

export async function seeSteps(client: StudioClient): Promise<SeenSteps> {
  return await client.history.list({ offset: 0, limit: newestSteps })
}

/** Throws where an import lies half in the trash. */
export async function seeProject(client: StudioClient, imports: Imports): Promise<Seen> {
  const classes = await client.classes.list()
  const names = new Map(classes.map(({ id, name }) => [id, name]))
  const [there, inTrash] = [await listPhotos(client, false), await listPhotos(client, true)]
  const all = [...there, ...inTrash]
  const labels = all.flatMap(({ hash, classId }) => (classId === null ? [] : [[hash, names.get(classId) ?? 'no such class'] as const]))
  const notes = all.flatMap(({ hash, note }) => (note === '' ? [] : [[hash, note] as const]))
  const counts = imports.map((hashes) => {
    const isOfIt = ({ hash }: { readonly hash: string }): boolean => hashes.has(hash)
    return { there: there.filter(isOfIt).length, inTrash: inTrash.filter(isOfIt).length }
  })
  counts.forEach((count, number) => {
    if (number > 0 && count.there > 0 && count.inTrash > 0)
      throw new Error(`of import ${number} ${count.there} photos are there and ${count.inTrash} lie in the trash`)
  })
  return {
    decisions: {
      classes: classes.map(({ name }) => name),
      labels: Object.fromEntries(labels),
      notes: Object.fromEntries(notes),
      trashed: inTrash.flatMap(({ hash }) => (imports[0]?.has(hash) === true ? [hash] : [])).sort(),
      imports: counts.flatMap((count, number) => (number > 0 && count.there > 0 ? [number] : [])),
    },
    photos: counts.map((count) => count.there + count.inTrash),
    steps: await seeSteps(client),
  }
}

async function listPhotos(client: StudioClient, trashed: boolean) {
  const photos = []
  for (;;) {
    const page = await client.images.list({ filter: { trashed }, offset: photos.length, limit: photosAtOnce })
    photos.push(...page.images)
    if (page.images.length === 0 || photos.length >= page.total) return photos
  }
}

/** Whether the steps of the history are those of the model, in their order. */
export function hasSteps({ done, undone }: Model, { steps, total, undone: taken }: SeenSteps): boolean {
  const isNext = ({ by }: Step, place: number): boolean => steps[place] === undefined || steps[place].action === actions[by.kind]
  return taken === undone.length && total === done.length + undone.length && [...undone, ...done.toReversed()].every(isNext)
}

/** Whether the project is as the model says, and each step of an import counts all of its photos. */
export function isSeen(model: Model, { decisions, photos, steps }: Seen): boolean {
  const counts = [...model.undone, ...model.done.toReversed()].every(({ by }, place) => {
    const step = steps.steps[place]
    return by.kind !== 'import' || step === undefined || step.details['images'] === photos[by.number]
  })
  return areSame(decisions, model.now) && hasSteps(model, steps) && counts
}
