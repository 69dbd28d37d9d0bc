import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { StudioError } from '../../main/contract/errors.ts'
import type { Image } from '../../main/contract/images.ts'
import { LabelTimes } from './label-times.svelte.ts'
import type { LabelDoor } from './labelling-door.ts'
import type { LabelSource } from './labelling-session.ts'
import { Labelling } from './labelling.svelte.ts'

const hashOf = (index: number) => String(index).padStart(64, '0')
const imageOf = (hash: string, classId: number | null): Image => ({
  hash,
  name: `${Number(hash)}.jpg`,
  format: 'jpeg',
  widthPx: 4,
  heightPx: 3,
  sizeBytes: 9,
  classId,
  labelSource: null,
  groupId: null,
  note: '',
})
/** A few turns of the event loop: every answer that can be given has been taken. */
const quiet = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
}

interface WrittenStep {
  readonly id: number
  readonly hash: string
  readonly before: number | null
  readonly classId: number | null
}

/** A studio with real order: requests that write wait until the test answers them, and are done at that moment. */
class SlowStudio implements LabelDoor {
  readonly labels: Map<string, number | null>
  readonly asked: string[] = []
  readonly pageLength: number
  atOnce = 0
  mostAtOnce = 0
  #waiting: { readonly answer: () => void; readonly refuse: (error: Error) => void }[] = []
  #steps: WrittenStep[] = []
  #undone: WrittenStep[] = []
  #turn: Promise<unknown> = Promise.resolve()
  #next = 1

  constructor(labels: readonly (number | null)[], pageLength = 1000) {
    this.labels = new Map(labels.map((label, index) => [hashOf(index), label]))
    this.pageLength = pageLength
  }

  async list(source: LabelSource, offset: number) {
    const all = [...this.labels].filter(([, label]) => source.kind === 'all' || label === (source.kind === 'class' ? source.classId : null))
    return Promise.resolve({
      total: all.length,
      images: all.slice(offset, offset + this.pageLength).map(([hash, label]) => imageOf(hash, label)),
    })
  }
  get = (hash: string) => Promise.resolve(imageOf(hash, this.labels.get(hash) ?? null))
  set = (hash: string, classId: number | null) =>
    this.#wait(`${Number(hash)}=${String(classId)}`, () => {
      const before = this.labels.get(hash) ?? null
      if (before === classId) return null
      this.labels.set(hash, classId)
      const id = this.#next++
      this.#steps.push({ id, hash, before, classId })
      this.#undone = []
      return id
    })
  undo = (step: number) =>
    this.#wait(`undo ${step}`, () => {
      const last = this.#steps.at(-1)
      if (last?.id !== step) return false
      this.#steps.pop()
      this.#undone.push(last)
      this.labels.set(last.hash, last.before)
      return true
    })
  redo = (step: number) =>
    this.#wait(`redo ${step}`, () => {
      const last = this.#undone.at(-1)
      if (last?.id !== step) return false
      this.#undone.pop()
      this.#steps.push(last)
      this.labels.set(last.hash, last.classId)
      return true
    })
  inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
  /** Labels were changed by other hands since the last question. */
  isMoved = false
  hasMoved = () => Promise.resolve(this.isMoved)

  /** Answers the request that waits longest; `isRefused`: it fails and nothing is done. Answers whether there was one. */
  async answer(isRefused = false): Promise<boolean> {
    await quiet()
    const next = this.#waiting.shift()
    if (isRefused) next?.refuse(new StudioError('DISK_FULL', { path: '/', neededBytes: null, freeBytes: 0 }))
    else next?.answer()
    await quiet()
    return next !== undefined
  }
  async answerAll(): Promise<void> {
    while (await this.answer()) continue
  }

  async #wait<T>(name: string, work: () => T): Promise<T> {
    this.asked.push(name)
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce)
    const turn = Promise.withResolvers<void>()
    this.#waiting.push({ answer: turn.resolve, refuse: turn.reject })
    try {
      await turn.promise
      return work()
    } finally {
      this.atOnce -= 1
    }
  }
}

async function labelling(studio: SlowStudio, source: LabelSource = { kind: 'unlabelled' }, times = new LabelTimes()) {
  let nowMs = 1000 * times.all.length
  const lost: string[] = []
  const made = new Labelling(studio, { now: () => (nowMs += 500), lost: ({ code }) => lost.push(code), times })
  await made.begin(source)
  await quiet()
  return Object.assign(made, { lost })
}

const key = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('give' as const), classId: fc.integer({ min: 1, max: 3 }) }) },
  fc.record({ do: fc.constantFrom('clear' as const, 'skip' as const, 'left' as const, 'right' as const, 'again' as const) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('back' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('redo' as const) }) },
)
type Key = typeof key extends fc.Arbitrary<infer K> ? K : never
const isKey = (event: { readonly do: string }): event is Key => event.do !== 'answer' && event.do !== 'refuse'
const answer = fc.record({ do: fc.constantFrom('answer' as const, 'answer' as const, 'refuse' as const) })
const photos = fc.array(fc.option(fc.integer({ min: 1, max: 3 }), { nil: null, freq: 2 }), { minLength: 1, maxLength: 7 })
const source = fc.constantFrom<LabelSource>({ kind: 'unlabelled' }, { kind: 'all' }, { kind: 'class', classId: 1 })

function press(made: Labelling, pressed: Key): void {
  switch (pressed.do) {
    case 'give':
      return made.give(pressed.classId)
    case 'clear':
      return made.give(null)
    case 'skip':
      return made.skip()
    case 'left':
      return made.move(-1)
    case 'right':
      return made.move(1)
    case 'again':
      return made.again()
    case 'back':
      return void made.takeBack()
    case 'redo':
      return void made.doAgain()
    default:
      pressed satisfies never
  }
}

/** What the keys mean, said as simply as it can be: a hand that writes at once on a list. */
function imagine(before: readonly (number | null)[], of: LabelSource, keys: readonly Key[]) {
  const labels = [...before]
  const belongs = (label: number | null) => of.kind === 'all' || label === (of.kind === 'class' ? of.classId : null)
  const row = labels.flatMap((label, index) => (belongs(label) ? [index] : []))
  type Done = { readonly place: number; readonly label: number | null; readonly gave: number | null; readonly goesOn: boolean }
  const done: Done[] = []
  let takenBack: Done[] = []
  let cursor = 0
  const on = () => {
    do cursor += 1
    while (of.kind === 'unlabelled' && cursor < row.length && labels[row[cursor]!] !== null)
  }
  for (const pressed of keys) {
    const index = row[cursor]
    if (pressed.do === 'left') cursor = Math.max(0, cursor - 1)
    else if (pressed.do === 'right') cursor = Math.min(row.length, cursor + 1)
    else if (pressed.do === 'again') {
      const first = row.findIndex((each) => labels[each] === null)
      cursor = of.kind !== 'unlabelled' ? 0 : first === -1 ? row.length : first
    } else if (pressed.do === 'back') {
      const last = done.pop()
      if (last === undefined) continue
      takenBack.push(last)
      cursor = last.place
      labels[row[cursor]!] = last.label
    } else if (pressed.do === 'redo') {
      const last = takenBack.pop()
      if (last === undefined) continue
      done.push(last)
      cursor = last.place
      labels[row[cursor]!] = last.gave
      if (last.goesOn) on()
    } else if (index !== undefined) {
      const label = labels[index] ?? null
      if (pressed.do === 'clear' && label === null) continue
      takenBack = []
      const gave = pressed.do === 'give' ? pressed.classId : pressed.do === 'clear' ? null : label
      done.push({ place: cursor, label, gave, goesOn: pressed.do !== 'clear' })
      labels[index] = gave
      if (pressed.do !== 'clear') on()
    }
  }
  return { labels, shown: row[cursor] ?? null }
}

const shownLabels = (made: Labelling, studio: SlowStudio) =>
  [...studio.labels.keys()].flatMap((hash) => {
    const isInRow = Array.from({ length: made.session.length }, (_, place) => made.session.at(place)?.hash).includes(hash)
    return isInRow ? [[hash, made.session.labelOf(hash)]] : []
  })
const writtenLabels = (made: Labelling, studio: SlowStudio) =>
  shownLabels(made, studio).map(([hash]) => [hash, studio.labels.get(String(hash)) ?? null])

describe('whatever is pressed, and however late the answers come', () => {
  test.prop([
    photos,
    source,
    fc.array(fc.oneof({ weight: 3, arbitrary: key }, fc.record({ do: fc.constant('answer' as const) })), { maxLength: 40 }),
  ])(
    'no key is lost: the photo shown and, in the end, the labels written are those of somebody who is answered at once',
    async (labels, of, events) => {
      const studio = new SlowStudio(labels)
      const made = await labelling(studio, of)
      const keys = events.filter(isKey)
      for (const event of events) {
        if (isKey(event)) press(made, event)
        else await studio.answer()
      }
      const imagined = imagine(labels, of, keys)
      expect(made.session.current?.hash ?? null).toBe(imagined.shown === null ? null : hashOf(imagined.shown))
      await studio.answerAll()
      expect([...studio.labels.values()]).toEqual(imagined.labels)
      expect(shownLabels(made, studio)).toEqual(writtenLabels(made, studio))
      expect(studio.mostAtOnce).toBeLessThanOrEqual(1)
    },
  )

  test.prop([photos, source, fc.array(fc.oneof({ weight: 3, arbitrary: key }, { weight: 2, arbitrary: answer }), { maxLength: 40 })])(
    'and fail: each failure is shown or was made good, and what is shown in the end is what is written',
    async (labels, of, events) => {
      const studio = new SlowStudio(labels)
      const made = await labelling(studio, of)
      for (const event of events) {
        if (isKey(event)) press(made, event)
        else await studio.answer(event.do === 'refuse')
      }
      await studio.answerAll()
      expect(shownLabels(made, studio)).toEqual(writtenLabels(made, studio))
      expect(made.session.tasks).toEqual([])
      const wanted = made.session.failures.map(({ task }) => [task.hash, task.classId])
      made.retry()
      await studio.answerAll()
      expect(wanted.map(([hash]) => [hash, studio.labels.get(String(hash)) ?? null])).toEqual(wanted)
      expect(made.session.failures).toEqual([])
    },
  )
})

describe('labelling', () => {
  test('counts what was labelled since the project was opened, also before the page was left, and not what failed after that', async () => {
    const studio = new SlowStudio([null, null, null, null])
    const times = new LabelTimes()
    const before = await labelling(studio, { kind: 'unlabelled' }, times)
    before.give(1)
    before.give(2)
    await studio.answer()
    before.leave()
    const made = await labelling(studio, { kind: 'unlabelled' }, times)
    expect(made.labelTimesMs).toHaveLength(2)
    await studio.answer(true)
    expect([before.lost, made.labelTimesMs.length]).toEqual([['DISK_FULL'], 1])
    made.give(1)
    expect(made.labelTimesMs).toHaveLength(2)
  })

  test('a row that is done knows how many are left of it when others change their labels, also where nobody sees them', async () => {
    const studio = new SlowStudio([null, null, null, null])
    const made = await labelling(studio)
    for (const classId of [1, 2, 1]) made.give(classId)
    made.skip()
    await studio.answerAll()
    await made.see(3, 3)
    expect([made.session.current, made.session.unlabelled]).toEqual([null, 1])
    // Undone elsewhere; then done again, with one more.
    for (const [index, label, left] of [
      [0, null, 2],
      [0, 1, 1],
      [3, 2, 0],
    ] as const) {
      studio.labels.set(hashOf(index), label)
      studio.isMoved = true
      await made.labelsChanged()
      await quiet()
      expect([made.session.unlabelled, made.session.left]).toEqual([left, left])
    }
  })

  test('shows a label before it is written, goes on to the next photo, and writes in the order of the keys', async () => {
    const studio = new SlowStudio([null, 2, null, null])
    const made = await labelling(studio)
    for (const classId of [1, 2, 3]) made.give(classId)
    expect([made.session.current, made.session.left, made.session.labelOf(hashOf(2))]).toEqual([null, 0, 2])
    await quiet()
    expect(studio.asked).toEqual(['0=1'])
    await studio.answerAll()
    expect(studio.asked).toEqual(['0=1', '2=2', '3=3'])
  })

  test('takes a label back that could not be written, and says which', async () => {
    const studio = new SlowStudio([null, null])
    const made = await labelling(studio)
    made.give(1)
    made.give(2)
    await studio.answer(true)
    expect(made.session.labelOf(hashOf(0))).toBe(null)
    expect(made.session.failures).toMatchObject([{ task: { hash: hashOf(0), classId: 1 }, error: { code: 'DISK_FULL' } }])
    await studio.answerAll()
    expect(made.labelTimesMs).toHaveLength(1)
    made.again()
    expect(made.session.current?.hash).toBe(hashOf(0))
  })

  test('takes the last label back by the history, and writes the one before where the history has gone on', async () => {
    const studio = new SlowStudio([3, null])
    const made = await labelling(studio, { kind: 'all' })
    made.give(1)
    await studio.answerAll()
    made.takeBack()
    await studio.answerAll()
    expect(studio.asked).toEqual(['0=1', 'undo 1'])
    expect(studio.labels.get(hashOf(0))).toBe(3)
    made.give(1)
    await studio.answerAll()
    // Somebody else labels meanwhile.
    void studio.set(hashOf(1), 2)
    await studio.answerAll()
    expect(made.takeBack()).toBe(true)
    await studio.answerAll()
    expect(studio.asked.slice(-2)).toEqual(['undo 2', '0=3'])
    expect([...studio.labels.values()]).toEqual([3, 2])
    expect(made.takeBack()).toBe(false)
  })

  test('gives again what was taken back, in the order of the keys, by the history where it can; something new ends that', async () => {
    const studio = new SlowStudio([null, null, null])
    const made = await labelling(studio)
    made.give(1)
    made.give(2)
    expect([made.takeBack(), made.takeBack(), made.doAgain(), made.doAgain(), made.doAgain()]).toEqual([true, true, true, true, false])
    expect(made.session.current?.hash).toBe(hashOf(2))
    await studio.answerAll()
    expect(studio.asked).toEqual(['0=1', '1=2', 'undo 2', 'undo 1', 'redo 1', 'redo 2'])
    expect([...studio.labels.values()]).toEqual([1, 2, null])
    made.takeBack()
    made.give(3)
    expect(made.doAgain()).toBe(false)
    await studio.answerAll()
    expect([...studio.labels.values()]).toEqual([1, 3, null])
  })

  test('holds keys back while a class is made, and drops them where it fails: they were meant for other photos', async () => {
    const studio = new SlowStudio([null, null, null])
    const made = await labelling(studio)
    const making = Promise.withResolvers<number>()
    const given = made.giveNew(() => making.promise)
    made.give(1)
    expect(made.session.cursor).toBe(0)
    making.resolve(7)
    await given
    await studio.answerAll()
    expect([...studio.labels.values()]).toEqual([7, 1, null])
    const failing = made.giveNew(() => Promise.reject(new StudioError('CLASS_EXISTS', { class: 'cat' })))
    made.give(2)
    await expect(failing).rejects.toMatchObject({ code: 'CLASS_EXISTS' })
    await studio.answerAll()
    expect([...studio.labels.values()]).toEqual([7, 1, null])
    made.give(2)
    expect(made.session.current).toBe(null)
  })

  test('makes one new class after the other, each for the photo it was meant for; where one fails, none of those after it is made', async () => {
    const studio = new SlowStudio([null, null, null, null])
    const made = await labelling(studio)
    const [first, second] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
    const given = [made.giveNew(() => first.promise), made.giveNew(() => second.promise)]
    made.give(1)
    first.resolve(7)
    await quiet()
    made.give(2)
    expect(made.session.cursor).toBe(1)
    second.resolve(8)
    await Promise.all(given)
    await studio.answerAll()
    expect([...studio.labels.values()]).toEqual([7, 8, 1, 2])

    made.go(0)
    let isMade = false
    const failing = made.giveNew(() => Promise.reject(new StudioError('CLASS_EXISTS', { class: 'cat' })))
    const dropped = made.giveNew(() => Promise.resolve(Number((isMade = true))))
    await expect(failing).rejects.toMatchObject({ code: 'CLASS_EXISTS' })
    await dropped
    expect(isMade).toBe(false)
  })

  test('reads a photo that others have changed once more where that failed', async () => {
    const studio = new SlowStudio([null, null])
    const made = await labelling(studio)
    studio.labels.set(hashOf(0), 5)
    const { get } = studio
    studio.get = () => Promise.reject(new StudioError('INTERNAL', { message: 'it fails once' }))
    await made.readAgain()
    expect(made.session.labelOf(hashOf(0))).toBe(null)
    studio.get = get
    await made.see(0, 1)
    expect(made.session.labelOf(hashOf(0))).toBe(5)
  })

  test('reaches every photo of a project that is larger than a page, and those that come meanwhile', async () => {
    const studio = new SlowStudio(
      Array.from({ length: 25 }, () => null),
      10,
    )
    const made = await labelling(studio)
    made.skip()
    for (let turn = 0; turn < 80; turn++) {
      if (turn === 30) studio.labels.set(hashOf(99), null)
      made.give((turn % 2) + 1)
      if (turn % 3 === 0) await studio.answer()
      await quiet()
    }
    await studio.answerAll()
    await made.readAgain()
    made.give(1)
    await studio.answerAll()
    expect([...studio.labels].filter(([, label]) => label === null)).toEqual([[hashOf(0), null]])
    expect([made.session.left, made.session.unlabelled, made.session.current]).toEqual([1, 1, null])
  })

  test('tells of a label that fails after the person has gone on to other photos or left', async () => {
    const studio = new SlowStudio([null, null])
    const made = await labelling(studio)
    made.give(1)
    await made.begin({ kind: 'all' })
    await studio.answer(true)
    expect(made.lost).toEqual(['DISK_FULL'])
    made.give(1)
    made.leave()
    await studio.answer(true)
    expect(made.lost).toHaveLength(2)
  })

  test('stays on the photo where that is wanted', async () => {
    const studio = new SlowStudio([null, null])
    const made = await labelling(studio)
    made.stays = true
    made.give(1)
    made.give(2)
    expect(made.session.cursor).toBe(0)
    made.takeBack()
    await studio.answerAll()
    expect([...studio.labels.values()]).toEqual([1, null])
  })
})
