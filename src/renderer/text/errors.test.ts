import { describe, expect, test } from 'vitest'
import { errorCodes, StudioError, toWireError, type ErrorCode, type ErrorDetails } from '../../main/contract/errors.ts'
import { describeError } from './errors.ts'

const examples: { readonly [C in ErrorCode]: ErrorDetails<C> } = {
  INVALID_INPUT: { reason: 'a name may not end with a dot' },
  NO_PROJECT_OPEN: {},
  PROJECT_NOT_FOUND: { path: '/photos/birds.graft' },
  PROJECT_EXISTS: { path: '/photos/birds.graft' },
  PROJECT_LOCKED: { path: '/photos/birds.graft', processId: 4711, host: 'attic' },
  PROJECT_DAMAGED: { path: '/photos/birds.graft', reason: 'file is not a database.' },
  PROJECT_TOO_NEW: { path: '/photos/birds.graft', version: 9, supported: 1 },
  NOT_WRITABLE: { path: '/photos', reason: 'permission denied' },
  DISK_FULL: { path: '/photos', neededBytes: 2_000_000_000, freeBytes: 12_000_000 },
  FOLDER_NOT_FOUND: { path: '/photos' },
  FOLDER_NOT_WATCHED: { path: '/photos', reason: 'gone' },
  FILE_NOT_FOUND: { path: '/photos/robin.jpg' },
  PICTURE_UNREADABLE: { file: 'robin.jpg', reason: 'premature end of file' },
  NOTHING_TO_IMPORT: { path: '/photos' },
  ARCHIVE_REFUSED: { file: '/photos/pets.zip', reason: 'link', entry: 'cats/1.jpg' },
  LABELS_UNREADABLE: { file: '/photos/labels.csv', reason: 'it has no column of photos beside one of classes' },
  LABELS_WITHOUT_PHOTOS: { file: 'labels.csv', photos: 300, example: 'cat/1.jpg' },
  IMAGE_NOT_FOUND: { image: 'robin.jpg' },
  FEATURES_MISSING: { image: 'robin.jpg' },
  CHOICE_FORGOTTEN: {},
  CLASS_NOT_FOUND: { class: 'wasp' },
  CLASS_EXISTS: { class: 'wasp' },
  CLASS_KEY_TAKEN: { key: 'w', class: 'wasp' },
  RUN_NOT_FOUND: { run: 'k3v9x2ma' },
  RUN_DAMAGED: { run: 3, what: 'its settings and its engine' },
  RUN_NOT_FINISHED: { run: 'k3v9x2ma', state: 'running' },
  JOB_NOT_FOUND: { job: '12' },
  NOTHING_TO_UNDO: {},
  NOTHING_TO_REDO: {},
  STEP_NOT_FOUND: { step: 12 },
  VIEW_NOT_FOUND: { view: 'Blurred' },
  VIEW_EXISTS: { view: 'Blurred' },
  BACKUP_DAMAGED: { path: '/backups/birds.graft-backup', reason: 'changed', file: 'images/ab/abc.jpg' },
  NO_LABELS: {},
  ONE_CLASS_ONLY: { class: 'wasp' },
  CLASS_WITHOUT_IMAGES: { class: 'wasp' },
  TOO_FEW_IMAGES: { class: 'wasp', count: 1, needed: 3 },
  TOO_FEW_TO_CHECK: { classes: 1, needed: 5 },
  BACKBONE_UNKNOWN: { backbone: 'vgg', known: ['efficientnet-lite0'] },
  BACKBONE_MISSING: { backbone: 'efficientnet-lite0', reason: 'no network' },
  BACKBONE_DAMAGED: { backbone: 'efficientnet-lite0', file: 'weights.bin' },
  RUN_WITHOUT_NETWORK: { run: 3, backbone: 'Balanced' },
  NETWORK_IN_USE: { name: 'skin', runs: [3, 4] },
  INT8_NOT_OFFERED: { backbone: 'efficientnet-lite0', reason: 'it would be 0.9 times as fast on this processor' },
  RUN_IN_INT8: { run: 3 },
  ENGINE_NOT_OFFERED: { engine: 'tfjs-node-gpu', machine: 'win32 x64' },
  ENGINE_NOT_BUILT: { engine: 'tfjs-node-gpu', compiler: 'g++', reason: 'unrecognized option.' },
  ENGINE_UNAVAILABLE: { engine: 'webgpu', reason: 'no adapter' },
  ENGINE_WRONG: { engine: 'webgpu', difference: 0.031 },
  ENGINE_LOST: { engine: 'webgpu', reason: 'the device was lost' },
  OUT_OF_MEMORY: { engine: 'wasm', batchSize: 8 },
  TRAINING_DIVERGED: { epoch: 2, learningRate: 5 },
  WORKER_DIED: { worker: 'training', reason: 'out-of-memory', detail: '' },
  NO_PHOTOS_TO_SAVE: {},
  OUT_EXISTS: { path: '/photos/birds-tfjs' },
  EXPORT_UNPROVED: { path: '/photos/birds-tfjs', reason: 'changed', file: 'page.js' },
  NO_TEST_PHOTOS: { run: 3 },
  EXPORT_DISAGREES: { format: 'tfjs', images: 48, agree: 47, maxDifference: 0.2 },
  DOWNLOAD_FAILED: { what: 'EfficientNet-Lite0', reason: 'no network' },
  HASH_MISMATCH: { what: 'weights.bin', expected: 'aa', actual: 'bb' },
  CANCELLED: {},
  CONNECTION_LOST: {},
  INTERNAL: { message: 'no such table: run' },
}

describe('every error', () => {
  test.each(errorCodes)('%s says what happened, with which value, and what to do', (code) => {
    const { title, wayOut } = describeError(toWireError(new StudioError(code, examples[code])))
    for (const sentence of [title, wayOut]) {
      expect(sentence).toMatch(/^[^a-z].*[^.]\.$|^[a-z-]+\.(jpg|bin) .*\.$/)
      expect(sentence).not.toMatch(/undefined|null|NaN|!|\bimage\b|\.\./)
    }
    const shown = `${title} ${wayOut}`
    for (const [key, value] of Object.entries(examples[code])) {
      if (key === 'expected' || key === 'actual' || typeof value !== 'string' || value === 'out-of-memory') continue
      expect(shown).toContain(value.replace(/\.$/, ''))
    }
  })

  test('a class with enough photos that look nearly the same is not said to have fewer photos than it has', () => {
    const error = new StudioError('TOO_FEW_IMAGES', { class: 'wasp', count: 1, needed: 3, images: 4 })
    const { title, wayOut } = describeError(toWireError(error))
    expect(title).toMatch(/^The class wasp has 4 labelled photos, .*nearly the same.* leaves it 1; training needs at least 3\.$/)
    expect(wayOut).toContain('2 more photos of wasp that look different')
  })

  test('of several classes with too few photos all are told of, and none is to be deleted where only one would be left', () => {
    const details = { class: 'wasp', count: 2, needed: 3, images: 2 }
    const wordsFor = (more: object) => describeError({ code: 'TOO_FEW_IMAGES', details: { ...details, ...more } })
    expect(wordsFor({ others: ['bee'], classes: 2 }).title).toContain('2 classes (wasp and bee)')
    expect(wordsFor({ others: ['bee', 'fly', 'ant'], classes: 5 }).title).toContain('4 classes (wasp, bee and 2 more)')
    expect(wordsFor({ others: [], classes: 2 }).wayOut).toBe('Add 1 more photo of wasp.')
    expect(wordsFor({ others: [], classes: 3 }).wayOut).toBe('Add 1 more photo of wasp, or delete the class.')
  })

  test('why a folder cannot be written to is told without the codes of the system', () => {
    const titleOf = (reason: string) => describeError({ code: 'NOT_WRITABLE', details: { path: '/photos', reason } }).title
    expect(titleOf("EROFS: read-only file system, open '/photos/lock.json.44b2'")).toBe(
      'Graft cannot write to /photos: its disk can only be read.',
    )
    expect(titleOf('EACCES')).toBe('Graft cannot write to /photos: there is no permission for it.')
    expect(titleOf('it lies inside the project birds.')).toBe('Graft cannot write to /photos: it lies inside the project birds.')
  })

  test('details that do not fit their code are shown, never hidden behind another error', () => {
    expect(describeError({ code: 'CLASS_EXISTS', details: { klass: 'wasp' } }).wayOut).toContain('{"klass":"wasp"}')
  })
})
