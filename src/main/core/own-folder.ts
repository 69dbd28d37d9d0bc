import { rmSync } from 'node:fs'
import process from 'node:process'
import type { Log } from './context.ts'
import { openProcessFolder } from './process-folder.ts'

/** Answers a folder of this process inside `parent`, made when it is first asked for and gone when the process ends. Fails with the disk's error; a disk that was full may have room the next time. */
export function ownFolder(parent: string, log: Log): () => Promise<string> {
  let opened: Promise<string> | null = null
  const open = async (): Promise<string> => {
    const root = await openProcessFolder(parent, { log })
    process.once('exit', () => rmSync(root, { recursive: true, force: true }))
    return root
  }
  return () =>
    (opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    }))
}
