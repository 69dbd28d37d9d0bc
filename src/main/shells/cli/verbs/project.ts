import type { Project } from '../../../contract/project.ts'
import { agoText, countOf, countText } from '../../../../renderer/text/numbers.ts'
import { projectPath } from '../../caller-paths.ts'
import type { Printer } from '../printer.ts'
import { withProject, withStudio, type GlobalOptions } from '../session.ts'
import { tableText } from '../table.ts'

export function projectInfo(project: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ printer }, opened) => printProject(printer, opened))
}

function printProject(printer: Printer, project: Project): void {
  printer.event({ ...project })
  printer.line(`${project.name}  ${project.path}`)
  const { images, labelled, classes, runs, exports } = project
  const counts = [
    countOf(images, 'photo'),
    `${countText(labelled)} labelled`,
    countOf(classes, 'class', 'classes'),
    countOf(runs, 'run'),
    countOf(exports, 'export'),
  ]
  printer.line(counts.join(', '))
}

export function renameProject(project: string, name: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => printProject(printer, await client.project.rename({ name })))
}

export function recentProjects(options: GlobalOptions): Promise<number> {
  return withStudio(options, async ({ client, printer }) => {
    const recent = await client.project.recent()
    for (const { name, path, openedAtMs, present, images } of recent) printer.event({ name, path, openedAtMs, present, images })
    const rows = recent.map(({ name, path, openedAtMs, present }) => [
      name,
      agoText(openedAtMs, Date.now()),
      present ? path : `${path} (not there)`,
    ])
    printer.line(tableText(['project', 'opened', 'folder'], rows))
  })
}

export function forgetProject(project: string, options: GlobalOptions): Promise<number> {
  return withStudio(options, async ({ client, printer }) => {
    await client.project.forget({ path: projectPath(project) })
    printer.note(`${project} is no longer in the list of recent projects. Its folder was not touched.`)
  })
}

export function trashProject(project: string, options: GlobalOptions): Promise<number> {
  return withStudio(options, async ({ client, printer }) => {
    const { movedTo } = await client.project.trash({ path: projectPath(project) })
    printer.event({ event: 'trashed', movedTo })
    printer.line(`Moved to ${movedTo}.`)
  })
}
