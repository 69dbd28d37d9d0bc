import { checkWords, flawWords } from '../../../../renderer/text/check.ts'
import { followJob } from '../follow-job.ts'
import { withProject, type GlobalOptions } from '../session.ts'
import { tableText } from '../table.ts'

const following = { kind: 'measure-photos', onInterrupt: 'cancel', kept: 'What was checked stays checked.' } as const

/** Says whether the photos of each class are enough, and how many have which fault; measures first what is not measured yet. */
export function showHealth(project: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const { client, printer } = session
    if ((await client.health.photos()).unmeasured > 0) await followJob(session, (await client.health.measure()).jobId, following)
    const balance = await client.health.balance()
    const { flaws, fine } = await client.health.photos()
    const { images, unlabelled, spread, classes, fewest } = balance
    printer.event({ event: 'balance', images, unlabelled, ratio: spread?.ratio ?? null })
    for (const { name, images: own, different, tooFewTo, testImages, provesAtLeast } of classes)
      printer.event({ event: 'class', class: name, images: own, different, tooFewTo, testImages, provesAtLeast })
    for (const { flaw, images: found, examples } of flaws)
      printer.event({ event: 'flaw', flaw, images: found, examples: examples.map(({ name }) => name) })
    printer.event({ event: 'fine', images: fine })

    const notes = classes.map((each) => [each.name, String(each.images), checkWords.balance.note(each, fewest)])
    if (notes.length > 0) printer.line(tableText(['class', 'photos', ''], notes, ['left', 'right', 'left']))
    for (const sentence of checkWords.balance.said(balance)) printer.line(sentence)
    if (unlabelled > 0) printer.line(checkWords.balance.unlabelled(unlabelled))
    const found = flaws.filter((each) => each.images > 0)
    const rows = found.map((each) => [String(each.images), flawWords[each.flaw].name, flawWords[each.flaw].why])
    if (found.length === 0) printer.line(checkWords.photos.none)
    else printer.line(tableText(['photos', '', ''], rows, ['right', 'left', 'left']))
    if (fine > 0) printer.line(checkWords.photos.fine(fine))
  })
}
