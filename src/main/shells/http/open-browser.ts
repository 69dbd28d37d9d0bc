import { spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pid, platform } from 'node:process'
import type { StudioContext } from '../../core/context.ts'
import { deleteLeftovers } from '../../core/process-folder.ts'

const pageName = /^open-in-browser-(\d+)\.html$/

/**
 * Opens `address` in the person's browser. The address holds the secret that lets a browser in, and every user of a machine can read the command
 * lines of all processes: the browser is given a page in `dataDir` that only this user can read and that leads on to the address. Calls
 * `onFailure` where no browser can be started or the page cannot be written. Answers what removes the page; pages of processes that are gone
 * are removed here.
 */
export async function openBrowser(
  address: string,
  { dataDir, log }: Pick<StudioContext, 'dataDir' | 'log'>,
  onFailure: () => void,
): Promise<() => Promise<void>> {
  const page = join(dataDir, `open-in-browser-${pid}.html`)
  const forget = (): Promise<void> => rm(page, { force: true })
  try {
    await deleteLeftovers(dataDir, (name) => pageName.exec(name)?.[1] ?? null, log)
    await forget()
    // 'wx': a file or link that somebody else put there is not written through.
    await writeFile(page, leadTo(address), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    onFailure()
    return forget
  }
  const [command, args] = opening(page)
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', onFailure)
  child.unref()
  return forget
}

/** The path has no characters that `rundll32`, which is no shell, would read. */
function opening(page: string): readonly [command: string, args: readonly string[]] {
  if (platform === 'darwin') return ['open', [page]]
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', page]]
  return ['xdg-open', [page]]
}

/** The address is of our own making: nothing in it has a meaning in HTML. */
const leadTo = (address: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${address}">
<title>Graft</title>
<p>Graft is <a href="${address}">here</a>.</p>
</html>
`
