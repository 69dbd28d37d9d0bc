import { hasEpoch } from '../../main/contract/jobs.ts'
import type { RunSummary } from '../../main/contract/runs.ts'
import { recipeText } from '../text/recipes.ts'
import { checkWords } from '../text/check.ts'
import { commandWords } from '../text/commands.ts'
import { frameWords } from '../text/frame.ts'
import { historyWords } from '../text/history.ts'
import { keyGroups } from '../text/keys.ts'
import { viewWords } from '../text/views.ts'
import { chooseHere } from '../transport/choose-here.ts'
import { beginSample } from './begin.ts'
import { checkTabs } from './check-tabs.ts'
import { fuzzyMatch } from './fuzzy.ts'
import type { Place } from './navigation.svelte.ts'
import { openView } from './saved-views.ts'
import { trainAndShow } from './run-actions.ts'
import type { Studio } from './studio.svelte.ts'
import type { ThemeChoice } from './theme.svelte.ts'

/** Something that the palette finds. */
export interface Command {
  /** The same after a restart, so that what was used last is known again. */
  readonly id: string
  readonly kind: 'page' | 'action' | 'view' | 'class' | 'run' | 'project'
  readonly name: string
  readonly detail: string | null
  /** Its key as it is written in the list of keys; null where it has none. */
  readonly press: string | null
  readonly run: () => unknown
}

/** What commands open that is no page. */
export interface CommandDoors {
  newProject(): void
  openProject(): void
  openBackup(): void
  showKeyMap(): void
}

/** Everything that can be found or done now: pages, actions, classes, runs (newest first), projects. */
export function commandsOf(studio: Studio, doors: CommandDoors): readonly Command[] {
  if (studio.project.value === null) return [...projectActions(studio, doors), ...frameActions(studio, doors), ...projects(studio)]
  return [
    ...pages(studio),
    ...photoActions(studio),
    ...checkActions(studio),
    ...runActions(studio),
    ...projectActions(studio, doors),
    ...frameActions(studio, doors),
    ...views(studio),
    ...classes(studio),
    ...runs(studio),
    ...projects(studio),
  ]
}

function action(id: string, name: string, run: () => unknown, more: { detail?: string; press?: string } = {}): Command {
  return { id: `action:${id}`, kind: 'action', name, detail: more.detail ?? null, press: more.press ?? null, run }
}

function pages({ navigation }: Studio): readonly Command[] {
  const page = (place: Place, name: string, press: string): Command => ({
    id: `page:${place.page}`,
    kind: 'page',
    name,
    detail: null,
    press,
    run: () => navigation.go(place),
  })
  const { keys } = keyGroups.pages
  return [
    page({ page: 'photos' }, frameWords.photos, keys.photos.press[0]),
    page({ page: 'label' }, frameWords.label, keys.label.press[0]),
    page({ page: 'check' }, frameWords.check, keys.check.press[0]),
    page({ page: 'train' }, frameWords.train, keys.train.press[0]),
    page({ page: 'compare', runs: [] }, frameWords.compare, keys.compare.press[0]),
    page({ page: 'try' }, frameWords.try, keys.try.press[0]),
    page({ page: 'export' }, frameWords.export, keys.export.press[0]),
    page({ page: 'settings' }, frameWords.settings, keys.settings.press[0]),
  ]
}

function photoActions(studio: Studio): readonly Command[] {
  const { navigation, history } = studio
  const { undo = null, redo = null } = history.value ?? {}
  const keys = keyGroups.everywhere.keys
  return [
    action('add-folder', commandWords.addFolder, () => studio.attempt(() => addPhotos(studio, 'folder'))),
    action('add-files', commandWords.addFiles, () => studio.attempt(() => addPhotos(studio, 'files'))),
    ...(undo === null ? [] : [action('undo', commandWords.undo(undo), () => studio.undo(), { press: keys.undo.press[0] })]),
    ...(redo === null ? [] : [action('redo', commandWords.redo(redo), () => studio.redo(), { press: keys.redo.press[0] })]),
    action('history', historyWords.show, () => (studio.isHistoryOpen = true), { press: keys.history.press[0] }),
    action('unlabelled', commandWords.unlabelled, () => navigation.go({ page: 'photos', filter: { class: 'unlabelled' } })),
    ...((studio.trashed.value ?? 0) === 0
      ? []
      : [action('trash', commandWords.trash, () => navigation.go({ page: 'photos', filter: { trashed: true } }))]),
  ]
}

function checkActions({ navigation }: Studio): readonly Command[] {
  return checkTabs.map((tab) => action(`check-${tab}`, checkWords.command[tab], () => navigation.go({ page: 'check', tab })))
}

async function addPhotos(studio: Studio, what: 'files' | 'folder'): Promise<void> {
  if (studio.dialogs.value?.available === true) {
    if (what === 'folder') return studio.importChosen()
    return studio.importPaths((await studio.client.studio.chooseFiles()) ?? [])
  }
  const chosen = await chooseHere(what)
  if (chosen !== null) await studio.importPaths(await studio.address(chosen))
}

function runActions(studio: Studio): readonly Command[] {
  const { navigation, jobs, client } = studio
  const ended = (studio.runs.value ?? []).filter(hasResult)
  const [newest, before] = ended
  return [
    action('train', commandWords.train, () => studio.attempt(() => trainAndShow(studio, studio.trainingForm.settled)), {
      detail: commandWords.trainDetail,
    }),
    ...(newest === undefined
      ? []
      : [
          action('try-newest', commandWords.tryNewest, () => navigation.go('try', newest.id)),
          action('export-newest', commandWords.exportNewest, () => navigation.go('export', newest.id)),
        ]),
    ...(newest === undefined || before === undefined
      ? []
      : [action('compare-newest', commandWords.compareNewest, () => navigation.go({ page: 'compare', runs: [before.id, newest.id] }))]),
    ...jobs.active.map((job) =>
      hasEpoch(job)
        ? action(`stop-${job.id}`, commandWords.stop(job), () => studio.attempt(() => client.jobs.stop({ jobId: job.id })))
        : action(`cancel-${job.id}`, commandWords.cancel(job), () => studio.attempt(() => client.jobs.cancel({ jobId: job.id }))),
    ),
  ]
}

function projectActions(studio: Studio, doors: CommandDoors): readonly Command[] {
  return [
    action('new-project', commandWords.newProject, () => doors.newProject()),
    action('open-project', commandWords.openProject, () => doors.openProject()),
    action('open-backup', commandWords.openBackup, () => doors.openBackup()),
    action('sample', commandWords.sample, () => studio.attempt(() => beginSample(studio))),
    ...(studio.project.value === null
      ? []
      : [action('close-project', commandWords.closeProject, () => studio.leaveProject(), { detail: commandWords.closeDetail })]),
  ]
}

function frameActions(studio: Studio, doors: CommandDoors): readonly Command[] {
  const themes: readonly ThemeChoice[] = ['light', 'dark', 'system']
  return [
    ...themes
      .filter((choice) => choice !== studio.theme.choice)
      .map((choice) => action(`theme-${choice}`, commandWords.theme[choice], () => studio.theme.choose(choice))),
    action('key-map', commandWords.keyMap, () => doors.showKeyMap(), { press: keyGroups.everywhere.keys.keyMap.press[0] }),
  ]
}

function classes({ classes: known, navigation }: Studio): readonly Command[] {
  return (known.value ?? []).map(({ id, name, images }) => ({
    id: `class:${id}`,
    kind: 'class',
    name,
    detail: commandWords.classDetail(images),
    press: null,
    run: () => navigation.go({ page: 'photos', filter: { class: id } }),
  }))
}

function views(studio: Studio): readonly Command[] {
  return (studio.views.value ?? []).map((view, place) => ({
    id: `view:${view.id}`,
    kind: 'view',
    name: viewWords.command(view.name),
    detail: view.missing.length === 0 ? null : viewWords.isGone(view),
    press: place < 9 ? `V ${place + 1}` : null,
    run: () => openView(studio, view),
  }))
}

function runs({ runs: known, backbones, navigation }: Studio): readonly Command[] {
  const plainNames = new Map(backbones.value?.map(({ id, plainName }) => [id, plainName]))
  return (known.value ?? []).map((run) => ({
    id: `run:${run.id}`,
    kind: 'run',
    name: commandWords.run(run),
    detail: commandWords.runDetail(run, recipeText(run.recipe, plainNames.get(run.recipe.backbone) ?? run.recipe.backbone)),
    press: null,
    run: () => navigation.go({ page: 'run', run: run.id }),
  }))
}

function projects(studio: Studio): readonly Command[] {
  return (studio.recent.value ?? [])
    .filter(({ present, path }) => present && path !== studio.project.value?.path)
    .map(({ name, path }) => ({
      id: `project:${path}`,
      kind: 'project',
      name: commandWords.openNamed(name),
      detail: path,
      press: null,
      run: () => studio.attempt(() => studio.openProject(path)),
    }))
}

function hasResult({ state }: RunSummary): boolean {
  return state === 'finished' || state === 'stopped'
}

/** A command that answers a query, with the places of its name that do. */
export interface Found {
  readonly command: Command
  readonly at: readonly number[]
}

/** What was used last counts a little more than a beginning in the middle of a name, and never more than a better match. */
const recentBonus = 40
/** More than anybody reads; the rest is found by typing more. */
const shownAtMost = 60

/**
 * The commands that answer `query`, best first; a detail answers too, less well than a name. Without a query: what was used last (`recent`,
 * ids, newest first), then pages and actions.
 */
export function findCommands(query: string, commands: readonly Command[], recent: readonly string[]): readonly Found[] {
  const place = new Map(recent.map((id, index) => [id, index]))
  if (query.trim() === '') {
    const last = commands.filter(({ id }) => place.has(id)).sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
    const rest = commands.filter(({ id, kind }) => !place.has(id) && (kind === 'page' || kind === 'action'))
    return [...last, ...rest].slice(0, shownAtMost).map((command) => ({ command, at: [] }))
  }
  const scored: { readonly command: Command; readonly at: readonly number[]; readonly score: number }[] = []
  for (const command of commands) {
    const { name, detail } = command
    const text = detail === null ? name : `${name} ${detail}`
    const byName = fuzzyMatch(query, name)
    const match = byName ?? fuzzyMatch(query, text)
    if (match === null) continue
    const bonus = place.has(command.id) ? recentBonus : 0
    scored.push({ command, at: match.at.filter((each) => each < name.length), score: match.score + bonus - (byName === null ? 250 : 0) })
  }
  return scored.sort((a, b) => b.score - a.score).slice(0, shownAtMost)
}
