import { Option, type Command } from 'commander'
import type { Finish } from './program.ts'
import type { AdviseOptions } from './verbs/advise.ts'
import type { BackupOptions, RestoreOptions } from './verbs/backup.ts'
import type { ExportPhotosOptions } from './verbs/export-photos.ts'
import type { DoubtOptions } from './verbs/doubts.ts'
import type { ImportOptions } from './verbs/import.ts'
import type { ListImagesOptions } from './verbs/images.ts'
import type { LookAlikeOptions } from './verbs/look-alikes.ts'
import type { ClassChange, HistoryOptions, LabelOptions } from './verbs/labels.ts'
import type { MorePhotosOptions } from './verbs/more-photos.ts'
import type { SimilarOptions } from './verbs/similar.ts'
import type { SuggestOptions } from './verbs/suggest.ts'
import type { GlobalOptions } from './session.ts'

export const jsonFlag = ['--json', 'print JSON, one object a line'] as const

/** Verbs for projects, photos, classes and labels. */
export function addDataVerbs(program: Command, finish: Finish): void {
  addImport(program, finish)
  addImages(program, finish)
  addHealth(program, finish)
  addSimilar(program, finish)
  addSuggest(program, finish)
  addLabels(program, finish)
  addClasses(program, finish)
  addDoubts(program, finish)
  addMorePhotos(program, finish)
  addAdvise(program, finish)
  addProject(program, finish)
  addBackup(program, finish)
  addExportPhotos(program, finish)
}

function addImport(program: Command, finish: Finish): void {
  program
    .command('import <project> <paths...>')
    .description('take photos, folders, zips and files of labels into a project; makes the project where there is none')
    .option('--label-from-folders', 'the folder that holds a photo names its class')
    .addOption(
      new Option('--several <what>', 'photos of which a file of labels names several classes').choices(['unlabelled', 'largest', 'skip']),
    )
    .option('--backbone <id>', 'extract features of this network along the way; none: of no network')
    .option(...jsonFlag)
    .action(async (project: string, paths: string[], options: ImportOptions) =>
      finish((await import('./verbs/import.ts')).importPhotos(project, paths, options)),
    )
}

function addImages(program: Command, finish: Finish): void {
  const images = program.command('images').description('list the photos of a project; write about them, move to the trash and bring back')
  images
    .command('list <project>', { isDefault: true })
    .description('the photos, in order of import')
    .option('--class <name>', 'of this class only')
    .option('--unlabelled', 'without a class only')
    .option('--name <text>', 'with this in their file name or note')
    .option('--noted', 'with a note only')
    .option('--trashed', 'those in the trash')
    .option(...jsonFlag)
    .action(async (project: string, options: ListImagesOptions) => finish((await import('./verbs/images.ts')).listImages(project, options)))
  for (const action of ['trash', 'restore'] as const) {
    images
      .command(`${action} <project> <photos...>`)
      .description(action === 'trash' ? 'move photos to the trash' : 'bring photos back out of the trash')
      .option(...jsonFlag)
      .action(async (project: string, photos: string[], options: GlobalOptions) =>
        finish((await import('./verbs/images.ts')).moveImages(project, photos, action, options)),
      )
  }
  images
    .command('show <project> <photo>')
    .description('everything about one photo')
    .option(...jsonFlag)
    .action(async (project: string, photo: string, options: GlobalOptions) =>
      finish((await import('./verbs/images.ts')).showImage(project, photo, options)),
    )
  images
    .command('note <project> <photo> [text]')
    .description('write a note about a photo; without a text the note is taken away')
    .option(...jsonFlag)
    .action(async (project: string, photo: string, text: string | undefined, options: GlobalOptions) =>
      finish((await import('./verbs/images.ts')).noteImage(project, photo, text ?? '', options)),
    )
  images
    .command('imports <project>')
    .description('the reports of earlier imports, with every file not taken')
    .option(...jsonFlag)
    .action(async (project: string, options: GlobalOptions) => finish((await import('./verbs/images.ts')).listImports(project, options)))
}

function addHealth(program: Command, finish: Finish): void {
  program
    .command('health <project>')
    .description('whether the photos of each class are enough, and which are blurred, too dark or bright, tiny or of an odd shape')
    .option(...jsonFlag)
    .action(async (project: string, options: GlobalOptions) => finish((await import('./verbs/health.ts')).showHealth(project, options)))
}

function addSimilar(program: Command, finish: Finish): void {
  program
    .command('similar <project> <photo>')
    .description('the photos that look most like one')
    .option('--count <n>', 'so many of them', '20')
    .option(...jsonFlag)
    .action(async (project: string, photo: string, options: SimilarOptions) =>
      finish((await import('./verbs/similar.ts')).similarImages(project, photo, options)),
    )
  program
    .command('look-alikes <project>')
    .description('groups of photos that look alike, the best of each first')
    .option('--compare', 'compare all photos by what the network sees of them before')
    .option('--perhaps', 'those that are only perhaps the same')
    .option(...jsonFlag)
    .action(async (project: string, options: LookAlikeOptions) =>
      finish((await import('./verbs/look-alikes.ts')).listLookAlikes(project, options)),
    )
}

function addSuggest(program: Command, finish: Finish): void {
  program
    .command('suggest <project>')
    .description('what photos without a class look like, by those that have one')
    .option('--accept <confidence>', 'give the class to those that are at least so sure, for example 0.95')
    .option('--useful', 'only those that teach most when they are labelled next, with the reason')
    .option(...jsonFlag)
    .action(async (project: string, options: SuggestOptions) =>
      finish((await import('./verbs/suggest.ts')).suggestClasses(project, options)),
    )
}

function addLabels(program: Command, finish: Finish): void {
  program
    .command('label <project> <photos...>')
    .description('give photos a class; PHOTO is a file name, or the first digits of a hash')
    .option('--class <name>', 'the class')
    .option('--none', 'take the class away')
    .option(...jsonFlag)
    .action(async (project: string, photos: string[], options: LabelOptions, command: Command) => {
      if ((options.class === undefined) === (options.none !== true))
        command.error('error: one of --class NAME and --none is needed', { exitCode: 2 })
      await finish((await import('./verbs/labels.ts')).label(project, photos, options))
    })
  for (const direction of ['undo', 'redo'] as const) {
    program
      .command(`${direction} <project>`)
      .description(direction === 'undo' ? 'take the last change of labels, classes or photos back' : 'repeat what undo has taken back')
      .option(...jsonFlag)
      .action(async (project: string, options: GlobalOptions) =>
        finish((await import('./verbs/labels.ts')).moveInHistory(project, direction, options)),
      )
  }
  const history = program.command('history').description('list what was done in a project; go back or forward to any of it')
  history
    .command('list <project>', { isDefault: true })
    .description('the steps, newest first')
    .option('--limit <n>', 'so many at most', '50')
    .option(...jsonFlag)
    .action(async (project: string, options: HistoryOptions) => finish((await import('./verbs/labels.ts')).listHistory(project, options)))
  history
    .command('go <project> <step>')
    .description('undo or repeat steps until this one is the newest that is done; 0: until none is')
    .option(...jsonFlag)
    .action(async (project: string, step: string, options: GlobalOptions) =>
      finish((await import('./verbs/labels.ts')).goToStep(project, Number(step), options)),
    )
}

function addClasses(program: Command, finish: Finish): void {
  const classes = program.command('classes').description('list the classes of a project; add, rename, merge, recolour, reorder, delete')
  classes
    .command('list <project>', { isDefault: true })
    .description('the classes, with the number of their photos')
    .option(...jsonFlag)
    .action(async (project: string, options: GlobalOptions) => finish((await import('./verbs/labels.ts')).listClasses(project, options)))
  const change = (usage: string, description: string, read: (...names: string[]) => ClassChange): void => {
    classes
      .command(usage)
      .description(description)
      .option(...jsonFlag)
      .action(async (project: string, ...rest: [...(string | string[])[], GlobalOptions, Command]) => {
        const names = rest.slice(0, -2).flat() as string[]
        const options = rest.at(-2) as GlobalOptions
        await finish((await import('./verbs/labels.ts')).changeClasses(project, read(...names), options))
      })
  }
  change('add <project> <names...>', 'add classes', (...names) => ({ action: 'add', names }))
  change('rename <project> <class> <name>', 'rename a class', (from = '', to = '') => ({ action: 'rename', from, to }))
  change('merge <project> <from> <into>', 'move every label of one class to another and delete the first', (from = '', into = '') => ({
    action: 'merge',
    from,
    into,
  }))
  change('recolour <project> <class> <colour>', 'give a class a colour, #rrggbb', (name = '', colour = '') => ({
    action: 'recolour',
    name,
    colour,
  }))
  change('reorder <project> <names...>', 'put these classes first, in this order', (...names) => ({ action: 'reorder', names }))
  change('delete <project> <class>', 'delete a class; its photos become unlabelled', (name = '') => ({ action: 'delete', name }))
}

function addDoubts(program: Command, finish: Finish): void {
  program
    .command('doubts <project>')
    .description('labels that are likely wrong, the most certain first')
    .option('--last', 'look at nothing again: what is left of the last list')
    .option(...jsonFlag)
    .action(async (project: string, options: DoubtOptions) => finish((await import('./verbs/doubts.ts')).listDoubts(project, options)))
}

function addMorePhotos(program: Command, finish: Finish): void {
  program
    .command('more-photos <project>')
    .description('what more photos of each class should bring, the largest gain first')
    .option('--last', 'measure nothing again: what was found last')
    .option(...jsonFlag)
    .action(async (project: string, options: MorePhotosOptions) =>
      finish((await import('./verbs/more-photos.ts')).showMorePhotos(project, options)),
    )
}

function addAdvise(program: Command, finish: Finish): void {
  program
    .command('advise <project>')
    .description('which starting network suits the photos: all of this machine look at some hundred of them')
    .option('--last', 'compare nothing again: what was found last')
    .option(...jsonFlag)
    .action(async (project: string, options: AdviseOptions) => finish((await import('./verbs/advise.ts')).adviseBackbone(project, options)))
}

function addBackup(program: Command, finish: Finish): void {
  program
    .command('backup <project>')
    .description('write a project into one file, with its labels, notes, runs and history, and read that back')
    .requiredOption('--out <file>', 'a new file; NAME.graft-backup by habit')
    .option('--with-features', 'what networks see in the photos too, which can be computed again')
    .option('--without-networks', 'leave out the networks that runs have trained')
    .option(...jsonFlag)
    .action(async (project: string, options: BackupOptions) => finish((await import('./verbs/backup.ts')).backUp(project, options)))
  program
    .command('restore <file>')
    .description('make a project of a backup, under its name or the next one that is free; every byte is checked')
    .option('--out <folder>', 'the folder that the project is made in')
    .option('--rescue', 'of a damaged backup take what is whole, and name what is left out')
    .option(...jsonFlag)
    .action(async (file: string, options: RestoreOptions) => finish((await import('./verbs/backup.ts')).restore(file, options)))
}

function addProject(program: Command, finish: Finish): void {
  const project = program.command('project').description('about projects: info, rename, recent, forget, trash')
  project
    .command('info <project>')
    .description('what is in a project')
    .option(...jsonFlag)
    .action(async (path: string, options: GlobalOptions) => finish((await import('./verbs/project.ts')).projectInfo(path, options)))
  project
    .command('rename <project> <name>')
    .description('rename a project and its folder')
    .option(...jsonFlag)
    .action(async (path: string, name: string, options: GlobalOptions) =>
      finish((await import('./verbs/project.ts')).renameProject(path, name, options)),
    )
  project
    .command('recent')
    .description('projects opened lately')
    .option(...jsonFlag)
    .action(async (options: GlobalOptions) => finish((await import('./verbs/project.ts')).recentProjects(options)))
  project
    .command('forget <project>')
    .description('take a project off the list of recent ones; its folder stays')
    .option(...jsonFlag)
    .action(async (path: string, options: GlobalOptions) => finish((await import('./verbs/project.ts')).forgetProject(path, options)))
  project
    .command('trash <project>')
    .description('move a project to the trash')
    .option(...jsonFlag)
    .action(async (path: string, options: GlobalOptions) => finish((await import('./verbs/project.ts')).trashProject(path, options)))
}

function addExportPhotos(program: Command, finish: Finish): void {
  program
    .command('export-photos <project>')
    .description('write photos and labels into a new folder or zip: plain folders, CSV or COCO')
    .requiredOption('--out <folder>', 'where it goes; made where it does not exist')
    .option('--as <layout>', 'folders, csv or coco', 'folders')
    .option('--zip', 'in one zip file')
    .option('--class <name>', 'of this class only')
    .option('--with-unlabelled', 'photos without a class too')
    .option(...jsonFlag)
    .action(async (project: string, options: ExportPhotosOptions) =>
      finish((await import('./verbs/export-photos.ts')).exportPhotos(project, options)),
    )
}
