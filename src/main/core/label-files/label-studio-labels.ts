import { z } from 'zod'
import { looksLikePhoto, longestText, mostEntries, NamedPhotos, type LabelFile } from './label-file.ts'
import { placesOf } from './photo-places.ts'

/*
 * Label Studio's exports JSON and JSON_MIN (labelstud.io/guide/export and /guide/task_format). JSON: a list of tasks, each with its data, of which
 * one value is the address of a photo, and annotations with results; a result of the type `choices` names classes, one of a kind of labels
 * marks a region. JSON_MIN: the data itself, then the task's `id`, then a value for each question, then who answered it and when.
 */

const Text = z.string().max(longestText)
const Value = z.looseObject({ width: z.number().optional(), height: z.number().optional() })
const Result = z.object({ from_name: Text, type: Text, value: Value })
const Annotation = z.object({
  result: z.array(z.unknown()).max(10_000),
  was_cancelled: z.boolean().nullish(),
  ground_truth: z.boolean().nullish(),
})
const Data = z.record(z.string(), z.unknown())
const Task = z.object({ data: Data, annotations: z.array(z.unknown()).max(10_000), file_upload: Text.nullish() })
const Tasks = z.array(z.unknown()).min(1).max(mostEntries)

/** One answer to one question: each class with how much of the photo it takes, or 1 where that is not asked. */
interface Answer {
  readonly question: string
  readonly classes: ReadonlyMap<string, number>
}

interface AnsweredTask {
  readonly photo: string
  /** One list for each person. */
  readonly answers: readonly (readonly Answer[])[]
}

/** Null for JSON that is of neither form. Tasks that are not, in a file that is, are told as problems. */
export function labelStudioLabels(json: unknown): LabelFile | null {
  const tasks = Tasks.safeParse(json)
  if (!tasks.success) return null
  const read = tasks.data.some((task) => Task.safeParse(task).success) ? readTask : readMinimal
  const problems: { where: string; why: string }[] = []
  const answered: AnsweredTask[] = []
  for (const [index, task] of tasks.data.entries()) {
    const parsed = read(task)
    if (typeof parsed === 'string') problems.push({ where: `task ${index + 1}`, why: parsed })
    else answered.push(parsed)
  }
  if (answered.length === 0) return null
  const questions = countQuestions(answered)
  const [question] = questions
  // A list of anything with a photo in it is not yet from there.
  if (question === undefined && read === readMinimal) return null
  const photos = new NamedPhotos()
  for (const { photo, answers } of answered) photos.add(photo, placesOf(photo), question === undefined ? [] : agreed(answers, question))
  return { kind: 'label-studio', photos: photos.list(), problems, taken: questions.length > 1 ? (question ?? null) : null }
}

function readTask(task: unknown): AnsweredTask | string {
  const parsed = Task.safeParse(task)
  if (!parsed.success) return 'it has not the fields that Label Studio has'
  const photo = photoOf(parsed.data.data) ?? parsed.data.file_upload
  if (photo == null) return 'it names no photo'
  const annotations = parsed.data.annotations.flatMap((entry) => {
    const annotation = Annotation.safeParse(entry)
    return annotation.success && annotation.data.was_cancelled !== true ? [annotation.data] : []
  })
  const truths = annotations.filter(({ ground_truth }) => ground_truth === true)
  const counted = truths.length > 0 ? truths : annotations
  return { photo, answers: counted.map(({ result }) => answersOf(result)) }
}

function answersOf(results: readonly unknown[]): readonly Answer[] {
  const byQuestion = new Map<string, Map<string, number>>()
  for (const entry of results) {
    const result = Result.safeParse(entry)
    if (!result.success) continue
    const { from_name: question, type, value } = result.data
    const classes = byQuestion.get(question) ?? new Map<string, number>()
    const size = type === 'choices' ? 1 : (value.width ?? 0) * (value.height ?? 0)
    for (const name of textsOf(value[type])) classes.set(name, Math.max(classes.get(name) ?? 0, size))
    if (classes.size > 0) byQuestion.set(question, classes)
  }
  return [...byQuestion].map(([question, classes]) => ({ question, classes }))
}

/** What stands around the answers in JSON_MIN. */
const notQuestions = new Set(['id', 'annotator', 'annotation_id', 'created_at', 'updated_at', 'lead_time', 'history', 'agreement'])

function readMinimal(task: unknown): AnsweredTask | string {
  const parsed = Data.safeParse(task)
  const photo = parsed.success ? photoOf(parsed.data) : null
  if (!parsed.success || photo === null) return 'it names no photo'
  const entries = Object.entries(parsed.data)
  // With a task's id, the data stand before it and the answers behind.
  const idAt = entries.findIndex(([key]) => key === 'id')
  const behind = idAt > 0 ? entries.slice(idAt + 1) : entries
  const answers = behind
    .filter(([key, value]) => !notQuestions.has(key) && value !== photo)
    .map(([question, value]) => ({ question, classes: minimalClasses(value) }))
    .filter(({ classes }) => classes.size > 0)
  return { photo, answers: answers.length === 0 ? [] : [answers] }
}

/** `"cat"`, `{ "choices": ["cat", "dog"] }`, or a list of regions, each with its classes under the name of its kind. */
function minimalClasses(value: unknown): ReadonlyMap<string, number> {
  const classes = new Map<string, number>()
  const regions = typeof value === 'string' ? [{ choices: [value] }] : Array.isArray(value) ? value.slice(0, 10_000) : [value]
  for (const region of regions) {
    const parsed = Value.safeParse(region)
    if (!parsed.success) continue
    const { width = 1, height = 1 } = parsed.data
    for (const [key, texts] of Object.entries(parsed.data)) {
      if (key !== 'choices' && !key.endsWith('labels')) continue
      for (const name of textsOf(texts)) classes.set(name, Math.max(classes.get(name) ?? 0, width * height))
    }
  }
  return classes
}

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, 1000).flatMap((text) => {
    const parsed = Text.safeParse(text)
    return parsed.success && parsed.data.trim() !== '' ? [parsed.data.trim()] : []
  })
}

/** Questions by how many tasks answer them, the most first. */
function countQuestions(tasks: readonly AnsweredTask[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { answers } of tasks) {
    for (const question of new Set(answers.flat().map((answer) => answer.question))) counts.set(question, (counts.get(question) ?? 0) + 1)
  }
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([question]) => question)
}

/** The class that more people gave than any other; where that is none, all that were given, those of most people and of the largest regions first. */
function agreed(answers: readonly (readonly Answer[])[], question: string): readonly string[] {
  const votes = new Map<string, { votes: number; size: number }>()
  for (const { question: asked, classes } of answers.flat()) {
    if (asked !== question) continue
    for (const [name, size] of classes) {
      const before = votes.get(name) ?? { votes: 0, size: 0 }
      votes.set(name, { votes: before.votes + 1, size: Math.max(before.size, size) })
    }
  }
  const ranked = [...votes].toSorted(([, one], [, other]) => other.votes - one.votes || other.size - one.size)
  const [first, second] = ranked
  const isAgreed = first !== undefined && (second === undefined || first[1].votes > second[1].votes)
  return isAgreed ? [first[0]] : ranked.map(([name]) => name)
}

/** The first value of a task's data that is the address of a photo. */
function photoOf(data: Readonly<Record<string, unknown>>): string | null {
  for (const value of Object.values(data)) {
    if (typeof value === 'string' && value.length <= longestText && isPhotoAddress(value)) return value
  }
  return null
}

function isPhotoAddress(text: string): boolean {
  return looksLikePhoto(text) || looksLikePhoto(text.split(/[?#]/)[0] ?? '') || /^\/data\/(local-files|upload)\//.test(text)
}
