import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { drawFolder, drawPicture, hostileFiles, oddFiles, writeHostileFiles, writeOddFiles } from './draw-pictures.ts'

test('drawn pictures are what they are called', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'graft-draw-'))
  try {
    const paths = await drawFolder(folder, { perClass: 3 })
    const files = await Promise.all(paths.map((path) => readFile(path)))
    expect(new Set(files.map((bytes) => bytes.toString('base64'))).size).toBe(6)
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff'] as const) {
      const { width, height, format: found } = await sharp(await drawPicture({ shape: 'cross', seed: 1, widthPx: 50 }, format)).metadata()
      expect([width, height, found]).toEqual([50, 240, format])
    }
    await writeHostileFiles(folder)
    await writeOddFiles(folder)
    for (const [name, reason] of Object.entries(hostileFiles))
      if (reason !== 'too-small') await expect(sharp(join(folder, name)).raw().toBuffer()).rejects.toThrow()
    for (const name of oddFiles) await sharp(join(folder, name)).raw().toBuffer()
    expect(await sharp(join(folder, 'rotated.jpg')).metadata()).toMatchObject({ orientation: 6 })
    expect(await sharp(join(folder, 'cmyk.jpg')).metadata()).toMatchObject({ space: 'cmyk', channels: 4 })
    expect(await sharp(join(folder, 'sixteen-bit.png')).metadata()).toMatchObject({ depth: 'ushort' })
    expect(await sharp(join(folder, 'animated.gif')).metadata()).toMatchObject({ pages: 3 })
    expect(await sharp(join(folder, 'sixty-thousand.jpg'), { limitInputPixels: false }).metadata()).toMatchObject({ width: 60_000 })
  } finally {
    await rm(folder, { recursive: true })
  }
})
