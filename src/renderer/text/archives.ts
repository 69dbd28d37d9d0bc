import type { ErrorDetails } from '../../main/contract/errors.ts'
import type { ImportSource } from '../../main/contract/images.ts'
import { countOf } from './numbers.ts'

type Reason = ErrorDetails<'ARCHIVE_REFUSED'>['reason']

/** Why an archive was not opened, as for every failure: what happened, and what to do. Nothing of it was unpacked. */
export function archiveRefused(file: string, reason: Reason, entry: string | null): { readonly title: string; readonly wayOut: string } {
  const { why, wayOut } = reasons[reason](entry ?? 'a file in it')
  return { title: `${file} was not opened: ${why}.`, wayOut }
}

/** Nobody packs photos so by accident. */
const fromElsewhere = 'Ask whoever made it how it was made; if you trust it, unpack it with another program and add the folder.'

const reasons: Readonly<Record<Reason, (entry: string) => { readonly why: string; readonly wayOut: string }>> = {
  damaged: () => ({
    why: 'it is damaged, or is no zip',
    wayOut: 'Download or copy it again. If another program can open it, unpack it there and add the folder.',
  }),
  encrypted: () => ({
    why: 'it is locked with a password',
    wayOut: 'Unpack it with the program that asks for the password, then add the folder.',
  }),
  path: (entry) => ({ why: `${entry} would be written outside of its folder`, wayOut: fromElsewhere }),
  link: (entry) => ({ why: `${entry} is a link or something else that is no file`, wayOut: fromElsewhere }),
  method: (entry) => ({
    why: `${entry} is packed in a way that Graft cannot unpack`,
    wayOut: 'Pack the photos again as an ordinary zip, or unpack it with another program and add the folder.',
  }),
  'too-many': () => ({
    why: 'it lists more files than Graft unpacks',
    wayOut: 'Unpack it with another program and add its folders one after the other.',
  }),
  'too-large': () => ({
    why: 'unpacked it would be larger than Graft unpacks',
    wayOut: 'Unpack it with another program and add the folder.',
  }),
  bomb: () => ({ why: 'it would unpack to more than a hundred times its size, which photos never do', wayOut: fromElsewhere }),
  overlap: (entry) => ({ why: `its files share their content, or lie outside of it (${entry})`, wayOut: fromElsewhere }),
  'duplicate-name': (entry) => ({
    why: `two things in it are called ${entry}`,
    wayOut: 'Unpack it with another program, look at both, and add the folder.',
  }),
  name: (entry) => ({
    why: `the name of a file in it cannot be read (${entry})`,
    wayOut: 'Pack it again with another program, or unpack it and add the folder.',
  }),
  'other-project': (kind) => ({
    why: `it is a project of Teachable Machine for another purpose (${kind})`,
    wayOut: 'Graft tells photos apart: save an image project there and add that file.',
  }),
}

/** What an import has read, as a sentence: `instances.json is a COCO file with 300 photos in 6 classes.` */
export function sourceSaid({ file, kind, photos, classes, taken }: ImportSource): string {
  const name = file.split(/[\\/]/).at(-1) ?? file
  const of = kind === 'zip' ? countOf(photos, 'file') : countOf(photos, 'photo')
  const inClasses = classes === 0 ? '' : ` in ${countOf(classes, 'class', 'classes')}`
  return `${name} is ${kinds[kind]} with ${of}${inClasses}${taken === null ? '' : `, of which “${taken}” was taken`}.`
}

const kinds: Readonly<Record<ImportSource['kind'], string>> = {
  zip: 'a zip',
  'teachable-machine': 'a project of Teachable Machine',
  csv: 'a table',
  coco: 'a COCO file',
  'label-studio': 'an export of Label Studio',
}
