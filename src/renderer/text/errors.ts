import { errorDetails, type ErrorCode, type ErrorDetails, type WireError } from '../../main/contract/errors.ts'
import { archiveRefused } from './archives.ts'
import { damagedBackupText, damagedBackupWayOut } from './damaged-backup.ts'
import { networkErrors } from './network-errors.ts'
import { bytesText, countOf, countText, fewNames } from './numbers.ts'
import { systemReason } from './system-reason.ts'

/** Why nothing comes out of a watched folder. */
const notWatched: Readonly<Record<ErrorDetails<'FOLDER_NOT_WATCHED'>['reason'], string>> = {
  gone: 'the folder is gone',
  denied: 'it may not be read now',
  paused: 'the last import out of it did not end, so it is paused',
}

/** The words for a failure. `title`: what happened, with which value. `wayOut`: what to do now. Both are whole sentences. */
export interface ErrorWords {
  readonly title: string
  readonly wayOut: string
}

type WordsTable = { readonly [C in ErrorCode]: (details: ErrorDetails<C>) => ErrorWords }

/** Because a decoder's or a system's one-line reason is put into a sentence of ours: no full stop of its own. */
const bare = (reason: string): string => reason.trim().replace(/[.\s]+$/, '')

const projectWords = {
  NO_PROJECT_OPEN: () => ({ title: 'No project is open.', wayOut: 'Open a project or make a new one, then try again.' }),
  PROJECT_NOT_FOUND: ({ path }) => ({
    title: `There is no project at ${path}.`,
    wayOut: 'It may have been moved, renamed or deleted, or its drive is not plugged in. Choose the folder that ends in .graft.',
  }),
  PROJECT_EXISTS: ({ path }) => ({
    title: `There is something at ${path} already.`,
    wayOut: 'Choose another name or another place, or open the project that is there.',
  }),
  PROJECT_LOCKED: ({ path, processId, host }) => ({
    title: `The project ${path} is open in another Graft${lockHolder(processId, host)}.`,
    wayOut: 'Close it there first. Two programs writing to one project would spoil it.',
  }),
  PROJECT_DAMAGED: ({ path, reason }) => ({
    title: `The project ${path} cannot be read: ${bare(reason)}.`,
    wayOut: 'Nothing in it was changed. Restore a copy from your backup, or begin a new project and add the photos again.',
  }),
  PROJECT_TOO_NEW: ({ path, version, supported }) => ({
    title: `The project ${path} was made by a newer Graft (format ${version}; this one reads up to ${supported}).`,
    wayOut: 'Update Graft, then open it again. Nothing in it was changed.',
  }),
  NOT_WRITABLE: ({ path, reason }) => ({
    title: `Graft cannot write to ${path}: ${systemReason(reason)}.`,
    wayOut: 'Choose another place, or allow writing to this folder.',
  }),
  DISK_FULL: ({ path, neededBytes, freeBytes }) => ({
    title: `There is not enough room on the disk of ${path}${roomText(neededBytes, freeBytes)}.`,
    wayOut: 'Free some space on that disk or choose another place, then try again. What was finished is kept.',
  }),
} satisfies Partial<WordsTable>

const photoWords = {
  FOLDER_NOT_FOUND: ({ path }) => ({
    title: `There is no folder ${path}.`,
    wayOut: 'It may have been moved, renamed or deleted. Choose another one; if it is on a drive, plug the drive in.',
  }),
  FOLDER_NOT_WATCHED: ({ path, reason }) => ({
    title: `New photos in ${path} do not come in: ${notWatched[reason]}.`,
    wayOut:
      reason === 'paused' ? 'Go on with it in the settings of the project.' : 'They come in by themselves as soon as that has changed.',
  }),
  FILE_NOT_FOUND: ({ path }) => ({
    title: `There is no file ${path}.`,
    wayOut: 'It may have been moved, renamed or deleted. Choose another one; if it is on a drive, plug the drive in.',
  }),
  PICTURE_UNREADABLE: ({ file, reason }) => ({
    title: `${file} cannot be read as a photo: ${bare(reason)}.`,
    wayOut: 'Choose another photo. One that a photo program can open can be saved from there as JPEG or PNG.',
  }),
  NOTHING_TO_IMPORT: ({ path }) => ({
    title: `There are no files in ${path}.`,
    wayOut: 'Choose a folder that holds photos; folders inside it are searched too.',
  }),
  ARCHIVE_REFUSED: ({ file, reason, entry }) => archiveRefused(file, reason, entry),
  LABELS_UNREADABLE: ({ file, reason }) => ({
    title: `${file} says nothing of photos: ${bare(reason)}.`,
    wayOut: 'Graft reads tables of file and class (CSV), COCO, Label Studio (JSON) and projects of Teachable Machine.',
  }),
  LABELS_WITHOUT_PHOTOS: ({ file, photos, example }) => ({
    title:
      photos === 1
        ? `The photo that ${file} names (${example}) is neither beside it nor in this project.`
        : `None of the ${countText(photos)} photos that ${file} names (${example} and others) is beside it or in this project.`,
    wayOut: 'Add the folder that holds both the photos and the file, or a zip of it; or add the photos first.',
  }),
  IMAGE_NOT_FOUND: ({ image }) => ({
    // A hash tells a person nothing.
    title: /^[0-9a-f]{64}$/.test(image) ? 'That photo is not in this project any more.' : `The photo ${image} is not in this project.`,
    wayOut: 'It may have been removed. Look in the trash of Photos, or add it again.',
  }),
  FEATURES_MISSING: ({ image }) => ({
    title: `No network has looked at ${image} yet, so it cannot be compared with other photos.`,
    wayOut: 'Let it look at the photos: once done, it is known for good.',
  }),
  CHOICE_FORGOTTEN: () => ({
    title: 'The photos that this address names were chosen too long ago, or are deleted.',
    wayOut: 'Choose them again on the map, or show all photos.',
  }),
  CLASS_NOT_FOUND: ({ class: name }) => ({
    title: `There is no class ${name}.`,
    wayOut: 'It may have been renamed, merged or deleted. Choose one from the list of classes, or add it.',
  }),
  VIEW_NOT_FOUND: ({ view }) => ({
    title: `There is no view ${view} in this project.`,
    wayOut: 'It may have been deleted. Undo brings it back.',
  }),
  VIEW_EXISTS: ({ view }) => ({
    title: `There is a view called ${view} already.`,
    wayOut: 'Choose another name, or open that view and save the filter in it.',
  }),
  CLASS_EXISTS: ({ class: name }) => ({
    title: `There is a class ${name} already.`,
    wayOut: 'Choose another name, or merge the two classes.',
  }),
  CLASS_KEY_TAKEN: ({ key, class: name }) => ({
    title: `The key ${key.toUpperCase()} is that of ${name} already.`,
    wayOut: 'Choose another key, or give that class another one first.',
  }),
} satisfies Partial<WordsTable>

const trainingWords = {
  RUN_NOT_FOUND: ({ run }) => ({
    title: run === 'latest' ? 'There is no finished run in this project.' : `There is no run ${run} in this project.`,
    wayOut: run === 'latest' ? 'Train once, then try again.' : 'It may have been deleted. Choose one from the list of runs.',
  }),
  RUN_NOT_FINISHED: ({ run, state }) => ({
    title: `Run ${run} has no result: it ${state === 'failed' ? 'failed' : state === 'interrupted' ? 'was interrupted' : `is ${state}`}.`,
    wayOut:
      state === 'running' || state === 'queued'
        ? 'Wait until it has ended, or stop it to keep its best epoch.'
        : `${state === 'paused' ? 'Let it go on' : 'Train again'}, or choose another run.`,
  }),
  RUN_DAMAGED: ({ run, what }) => ({
    title: `Run ${run} cannot be read: what the project holds of ${what} is damaged.`,
    wayOut: 'All other runs are as they were. Delete this one and train again, or restore a backup from before.',
  }),
  NO_LABELS: () => ({
    title: 'No photo has a class yet.',
    wayOut: 'Give some photos of at least two classes their class in Photos, then train.',
  }),
  ONE_CLASS_ONLY: ({ class: name }) => ({
    title: `All labelled photos are of one class, ${name}.`,
    wayOut: `Add a second class with photos of something that is not ${name}: the network learns the difference between them.`,
  }),
  TOO_FEW_TO_CHECK: ({ classes, needed }) => ({
    title: `${classes === 0 ? 'No class has' : 'Only one class has'} the ${countText(needed)} labelled photos that it takes.`,
    wayOut: `Label at least ${countText(needed)} photos of two classes that are not nearly the same, then begin again.`,
  }),
  CLASS_WITHOUT_IMAGES: ({ class: name }) => ({
    title: `The class ${name} has no photos.`,
    wayOut: `Give some photos the class ${name}, or delete the class.`,
  }),
  TOO_FEW_IMAGES: ({ class: name, count, needed, images = count, others = [], classes }) => {
    const missing = countOf(Math.max(1, needed - count), 'more photo')
    if (others.length > 0) {
      return {
        title: `${countOf(others.length + 1, 'class', 'classes')} (${fewNames([name, ...others])}) have too few labelled photos; training needs at least ${countText(needed)} of each that are not nearly the same.`,
        wayOut: `Add more photos of them: of ${name} at least ${countText(Math.max(1, needed - count))}.`,
      }
    }
    // Without it only one would be left, which cannot be trained either.
    const orDelete = classes === 2 ? '' : ', or delete the class'
    if (images > count) {
      return {
        title: `The class ${name} has ${countOf(images, 'labelled photo')}, but nearly the same photos count once, in one class, which leaves it ${countText(count)}; training needs at least ${countText(needed)}.`,
        wayOut: `Add ${missing} of ${name} that look different${orDelete}.`,
      }
    }
    return {
      title: `The class ${name} has ${countOf(count, 'labelled photo')}; training needs at least ${countText(needed)}.`,
      wayOut: `Add ${missing} of ${name}${orDelete}.`,
    }
  },
  INT8_NOT_OFFERED: ({ backbone, reason }) => ({
    title: `The starting network ${backbone} is not used in 8 bits on this computer: ${bare(reason)}.`,
    wayOut: 'Choose full precision under Advanced.',
  }),
  OUT_OF_MEMORY: ({ engine, batchSize }) => ({
    title: `Memory ran out while training with ${countOf(batchSize, 'photo')} at a time (engine ${engine}).`,
    wayOut: 'Close other programs, let fewer blocks learn, or choose a smaller starting network or a smaller batch, then train again.',
  }),
  TRAINING_DIVERGED: ({ epoch, learningRate }) => ({
    title: `Training fell apart in epoch ${epoch}: its numbers grew beyond all bounds (learning rate ${learningRate}).`,
    wayOut: `Train again with a smaller learning rate, for example ${Number((learningRate / 10).toPrecision(2))}.`,
  }),
} satisfies Partial<WordsTable>

const machineWords = {
  JOB_NOT_FOUND: ({ job }) => ({
    title: `The work ${job} is not known any more.`,
    wayOut: 'It ended a while ago, or Graft was started again since. What it finished is in the project.',
  }),
  ENGINE_NOT_OFFERED: ({ engine, machine }) => ({
    title: `The engine ${engine} cannot be installed on this computer: there is no build for ${machine}.`,
    wayOut: 'Nothing is lost: networks are trained with WebAssembly here, which takes longer.',
  }),
  ENGINE_NOT_BUILT: ({ engine, compiler, reason }) =>
    compiler === null
      ? {
          title: `The engine ${engine} was fetched, but there is no C++ compiler here to connect it to the studio.`,
          wayOut: 'Install one (on Debian and Ubuntu the package g++, on a Mac xcode-select --install), then install the engine again.',
        }
      : {
          title: `The engine ${engine} was fetched, but ${compiler} could not connect it to the studio: ${bare(reason)}.`,
          wayOut: 'An update of the compiler may help. Until then networks are trained with WebAssembly, which takes longer.',
        },
  ENGINE_UNAVAILABLE: ({ engine, reason }) => ({
    title: `The engine ${engine} does not work on this computer: ${bare(reason)}.`,
    wayOut: 'Choose another engine, or let Graft choose: it takes the fastest one that works.',
  }),
  ENGINE_WRONG: ({ engine, difference }) => ({
    title: `The engine ${engine} computes wrong numbers on this computer (off by ${difference.toPrecision(2)} in its self-test).`,
    wayOut: 'Choose another engine. An update of the graphics driver may help this one.',
  }),
  ENGINE_LOST: ({ engine, reason }) => ({
    title: `The graphics card stopped in the middle of its work (engine ${engine})${reason === '' ? '' : `: ${bare(reason)}`}.`,
    wayOut: 'Try again: the card is opened anew. If it happens again, update the graphics driver, or choose another engine in Settings.',
  }),
  WORKER_DIED: ({ worker, reason, detail }) => workerDied(worker, reason, detail),
  OUT_EXISTS: ({ path }) => ({
    title: `There is something at ${path} already.`,
    wayOut: 'Choose another place, or move what is there away. Graft overwrites nothing.',
  }),
  NO_PHOTOS_TO_SAVE: () => ({
    title: 'There is no photo to save: none of those that were asked for has a class, or their files are gone.',
    wayOut: 'Label photos first, or save those without a class too.',
  }),
  EXPORT_UNPROVED: ({ path, reason, file }) => ({
    title: `The export in ${path} is not opened: ${unprovedWords(reason, file)}.`,
    wayOut: 'Export the run again and open the new export.',
  }),
  NO_TEST_PHOTOS: ({ run }) => ({
    title: `Run ${run} cannot be exported: all its test photos were deleted for good, and an export is proved on them.`,
    wayOut: `Train again and export the new run. What run ${run} measured stays as it is.`,
  }),
  RUN_IN_INT8: ({ run }) => ({
    title: `Run ${run} answers with a network in 8 bits, which an export cannot hold; with the full one it would answer otherwise.`,
    wayOut: 'Train it once more in full precision, and export that run.',
  }),
  EXPORT_DISAGREES: ({ format, images, agree, maxDifference }) => ({
    title: `The ${format} export was refused: it agrees with the studio on ${countText(agree)} of ${countOf(images, 'test photo')} only (largest difference ${maxDifference.toPrecision(2)}).`,
    wayOut: 'Nothing was kept. Train again and export the new run; if it happens again, report it with the details.',
  }),
  DOWNLOAD_FAILED: ({ what, reason }) => ({
    title: `${what} could not be fetched: ${bare(reason)}.`,
    wayOut: 'Check the internet connection, then try again.',
  }),
  HASH_MISMATCH: ({ what }) => ({
    title: `${what} is not what was expected, so it was thrown away.`,
    wayOut: 'Try again. If it stays so, the source has changed or something on the way alters downloads.',
  }),
} satisfies Partial<WordsTable>

const words: WordsTable = {
  ...projectWords,
  ...photoWords,
  ...trainingWords,
  ...networkErrors,
  ...machineWords,
  INVALID_INPUT: ({ reason }) => ({ title: `That cannot be used: ${bare(reason)}.`, wayOut: 'Correct it and try again.' }),
  NOTHING_TO_UNDO: () => ({ title: 'There is nothing to undo.', wayOut: 'Everything is as it was in the beginning.' }),
  NOTHING_TO_REDO: () => ({ title: 'There is nothing to redo.', wayOut: 'Redo repeats what undo has just taken back.' }),
  BACKUP_DAMAGED: ({ path, reason, file, detail = '' }) => ({
    title: `Nothing was made of ${path}: ${damagedBackupText(reason, file, bare(detail))}.`,
    wayOut: damagedBackupWayOut(reason, file),
  }),
  STEP_NOT_FOUND: ({ step }) => ({
    title: `Step ${step} is not in the history any more.`,
    wayOut: 'Choose one from the list as it is now: what was undone is gone once something else is done.',
  }),
  CANCELLED: () => ({ title: 'It was cancelled.', wayOut: 'Start it again whenever you like.' }),
  CONNECTION_LOST: () => ({
    title: 'This page has lost its connection to Graft.',
    wayOut: 'It connects again by itself. If it does not, start Graft again and open the address it prints.',
  }),
  INTERNAL: ({ message }) => ({
    title: 'Something went wrong inside Graft; this is our mistake.',
    wayOut: `Try again. If it happens again, report it with this line: ${bare(message)}.`,
  }),
}

function lockHolder(processId: number | null, host: string | null): string {
  if (processId === null && host === null) return ''
  const parts = [processId === null ? null : `process ${processId}`, host === null ? null : `on ${host}`].filter((part) => part !== null)
  return ` (${parts.join(' ')})`
}

function roomText(neededBytes: number | null, freeBytes: number | null): string {
  const parts = [
    neededBytes === null ? null : `${bytesText(neededBytes)} needed`,
    freeBytes === null ? null : `${bytesText(freeBytes)} free`,
  ].filter((part) => part !== null)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function workerDied(worker: string, reason: ErrorDetails<'WORKER_DIED'>['reason'], detail: string): ErrorWords {
  const kept = 'The project is safe and what was finished is kept.'
  const more = detail === '' ? '' : ` (${bare(detail)})`
  switch (reason) {
    case 'out-of-memory':
      return {
        title: `The ${worker} worker ran out of memory${more}.`,
        wayOut: `${kept} Close other programs or choose a smaller starting network, then start it again.`,
      }
    case 'hung':
      return { title: `The ${worker} worker stopped answering and was ended${more}.`, wayOut: `${kept} Start it again.` }
    case 'killed':
      return { title: `The ${worker} worker was ended by the system or by another program.`, wayOut: `${kept} Start it again.` }
    case 'crashed':
      return {
        title: `The ${worker} worker crashed${more}.`,
        wayOut: `${kept} Start it again; if it crashes again, ${worker === 'training' ? 'choose another engine in Settings, and ' : ''}report it with the details.`,
      }
    default:
      return reason satisfies never
  }
}

function unprovedWords(reason: ErrorDetails<'EXPORT_UNPROVED'>['reason'], file: string): string {
  switch (reason) {
    case 'no-proof':
      return `its ${file} is missing or is not one of Graft`
    case 'other-run':
      return `its ${file} is of another run`
    case 'no-list':
      return `its ${file} was written by an earlier Graft and does not say which files belong to it`
    case 'changed':
      return `${file} has changed since it was proved, or is gone`
    default:
      return reason satisfies never
  }
}

/** `details` parsed by the schema of the code; null when they do not fit it (written by another version of Graft). */
function wordsOf<C extends ErrorCode>(code: C, details: unknown): ErrorWords | null {
  const parsed = errorDetails[code].safeParse(details)
  // The table and the schemas share the code as their key, which the compiler cannot follow through an index.
  return parsed.success ? (words[code] as (details: unknown) => ErrorWords)(parsed.data) : null
}

/**
 * The words for a failure: what happened, with which value, and what to do. Pure, so that the window and the command line
 * print the same. Details that do not fit their code are shown as they are: an error must never hide behind another one.
 */
export function describeError(error: WireError): ErrorWords {
  return (
    wordsOf(error.code, error.details) ?? {
      title: `Something failed (${error.code}).`,
      wayOut: `Try again. If it happens again, report it with this line: ${JSON.stringify(error.details)}.`,
    }
  )
}
