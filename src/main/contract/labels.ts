import { z } from 'zod'
import { procedure } from './base.ts'
import { ClassId, ImageHash } from './ids.ts'

/**
 * A name as it is seen, in one line: ends of lines and other control characters become a space each, and signs without a width that turn around or hide
 * what stands beside them go. Names come out of folders and tables of others.
 */
export const seenName = (name: string): string =>
  name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/[\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/gu, '')
export const ClassName = z.string().overwrite(seenName).trim().min(1).max(100)
/** `#rrggbb`, lower case. */
export const Colour = z.string().regex(/^#[0-9a-f]{6}$/, 'must be # and six digits of 0 to 9 and a to f, for example #0072b2')

/** A key that can be given to a class: the one sign that it types without Shift, Ctrl or Alt, in small letters where it is one. */
export const ClassKey = z
  .string()
  .regex(/^[^\s\p{C}]$/u, 'must be one letter, digit or sign')
  .refine((key) => key === key.toLowerCase(), 'must be a small letter')

export const Class = z.object({
  id: ClassId,
  name: z.string(),
  colour: Colour,
  /** 0-based place in the list. */
  position: z.int(),
  /** Images that carry this label now. */
  images: z.int(),
  /** The key that a person gave it. */
  boundKey: ClassKey.nullable(),
  /** The key that gives it now: its own, else 1 to 9 by its place unless another class was given that digit; null where it has none. */
  key: ClassKey.nullable(),
})
export type Class = z.infer<typeof Class>

/** The key that a class is to have; null: the digit of its place. */
export const ClassKeyChoice = z.object({ id: ClassId, key: ClassKey.nullable() })
export type ClassKeyChoice = z.infer<typeof ClassKeyChoice>

export const classes = {
  list: procedure.output(z.array(Class)),
  add: procedure.input(z.object({ name: ClassName })).output(Class),
  rename: procedure.input(z.object({ id: ClassId, name: ClassName })).output(Class),
  recolour: procedure.input(z.object({ id: ClassId, colour: Colour })).output(Class),
  /** Puts the classes in the order of `ids`, which names each of them once. */
  reorder: procedure.input(z.object({ ids: z.array(ClassId).min(1) })).output(z.array(Class)),
  /** Gives classes other keys, two at once where they swap. */
  bindKeys: procedure.input(z.object({ keys: z.array(ClassKeyChoice).min(1).max(100) })).output(z.array(Class)),
  /** Moves every label of `from` to `into` and deletes `from`. */
  merge: procedure.input(z.object({ from: ClassId, into: ClassId })).output(Class),
  /** Deletes a class; its images become unlabelled. */
  delete: procedure.input(z.object({ id: ClassId })).output(z.object({ unlabelled: z.int() })),
}

export const labels = {
  /** The class of each image, in the order of `hashes`; null: it has none, or is not in the project any more. */
  of: procedure.input(z.object({ hashes: z.array(ImageHash).min(1) })).output(z.object({ classIds: z.array(ClassId.nullable()) })),
  /** Gives every image of `hashes` the class, or takes its label away when `classId` is null. One undo step. */
  set: procedure
    .input(
      z.object({
        hashes: z.array(ImageHash).min(1),
        classId: ClassId.nullable(),
        /** `suggestion`: the person has accepted what was suggested. */
        source: z.enum(['person', 'suggestion']).default('person'),
      }),
    )
    .output(z.object({ changed: z.int() })),
  /** Accepts what was suggested for photos of any classes, all or none, as one undo step. `changed`: how many of each, in the order of `classes`. */
  accept: procedure
    .input(z.object({ classes: z.array(z.object({ classId: ClassId, hashes: z.array(ImageHash).min(1) })).min(1) }))
    .output(z.object({ changed: z.array(z.int()) })),
}

/** What a step of the history did; the words are made from it in `renderer/text`. */
export const HistoryStep = z.object({
  id: z.int(),
  action: z.enum([
    'label',
    /** Several classes at once, as they were suggested. */
    'label-as-suggested',
    /** Of earlier versions, whose imports brought photos outside of the history. */
    'import-labels',
    'class-add',
    'class-rename',
    'class-recolour',
    'class-reorder',
    'class-key',
    'class-merge',
    'class-delete',
    'image-trash',
    'image-restore',
    'image-note',
    'image-fine',
    'look-alikes-keep-best',
    'look-alikes-keep-all',
    'view-save',
    'view-rename',
    'view-change',
    'view-delete',
    'label-keep',
    'image-add',
    /** Nothing that this version does; such a step is undone as any other. */
    'unknown',
  ]),
  /**
   * Names and counts, e.g. `{ class: 'cat', images: 12 }`; of a single image its name too, `{ images: 1, photo: 'a.jpg' }`. `replaced`: so many
   * of several images had another class before.
   */
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  atMs: z.int(),
})
export type HistoryStep = z.infer<typeof HistoryStep>

export const history = {
  /** The step that undo would take back and the one that redo would repeat. */
  state: procedure.output(z.object({ undo: HistoryStep.nullable(), redo: HistoryStep.nullable() })),
  /** Every step there is, newest first: the first `undone` of them are taken back now. From `offset` on, at most `limit`. */
  list: procedure
    .input(z.object({ offset: z.int().nonnegative(), limit: z.int().min(1).max(1000) }))
    .output(z.object({ total: z.int(), undone: z.int(), steps: z.array(HistoryStep.extend({ isDone: z.boolean() })) })),
  /**
   * Undoes or repeats steps, all of them or none, until this one is the newest that is done; null: until none is. `moved`: how many, below 0
   * where they were undone.
   */
  goTo: procedure.input(z.object({ step: z.int().nullable() })).output(z.object({ moved: z.int() })),
  undo: procedure.output(HistoryStep),
  redo: procedure.output(HistoryStep),
}
