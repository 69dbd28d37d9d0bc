import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { platform } from 'node:process'
import { expect, test, vi } from 'vitest'
import { workingCopyFile } from '../../core/images/photo-files.ts'
import { drawFolder } from '../../core/testing/draw-pictures.ts'
import { testStudio } from '../../core/testing/studio.ts'
import { filesToDrag } from './drag-files.ts'

vi.setConfig({ testTimeout: 60_000 })

test.skipIf(platform === 'win32')('an original that has become a pipe does not hold up a drag: the working copy is carried', async () => {
  const studio = await testStudio()
  try {
    await studio.client.project.create({ name: 'photos' })
    const [original = ''] = await drawFolder(join(studio.folder, 'set'), { perClass: 1 })
    const { jobId } = await studio.client.images.import({ paths: [original], labelFromFolders: false, backbone: null })
    await studio.result(jobId, 'import')
    const hashes = await studio.client.images.hashes({ filter: {}, offset: 0, limit: 2 })
    expect(await filesToDrag(studio.context, { kind: 'photos', hashes })).toEqual([original])
    await rm(original)
    expect(spawnSync('mkfifo', [original]).status).toBe(0)
    const copies = hashes.map((hash) => workingCopyFile(studio.context.project().files, hash))
    expect(await filesToDrag(studio.context, { kind: 'photos', hashes })).toEqual(copies)
  } finally {
    await studio.close()
  }
})
