import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { argv, stdout } from 'node:process'
import sharp from 'sharp'

// The work of an import done with sharp alone: read, hash, decode upright, working copy (short side 384 px at most, JPEG quality 92, 4:4:4;
// the file itself where it is small enough already), thumbnail (short side 160 px, quality 80). Prints seconds.
// usage: sharp-process.ts PHOTOS OUT

const filesInFlight = 8
const [photos = '', out = ''] = argv.slice(2)
sharp.concurrency(1)
sharp.cache(false)
for (const name of ['copies', 'thumbnails']) mkdirSync(join(out, name), { recursive: true })
const files = readdirSync(photos, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))

async function prepare(path: string): Promise<void> {
  const bytes = await readFile(path)
  const hash = createHash('sha256').update(bytes).digest('hex')
  const { width, height } = (await sharp(bytes).metadata()).autoOrient
  const isSmall = Math.min(width, height) <= 384
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .resize({ width: 384, height: 384, fit: 'outside', withoutEnlargement: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const raw = { width: info.width, height: info.height, channels: 3 as const }
  const copy = isSmall ? bytes : await sharp(data, { raw }).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer()
  const thumbnail = await sharp(data, { raw }).resize({ width: 160, height: 160, fit: 'outside' }).jpeg({ quality: 80 }).toBuffer()
  writeFileSync(join(out, 'copies', `${hash}.jpg`), copy)
  writeFileSync(join(out, 'thumbnails', `${hash}.jpg`), thumbnail)
}

const startedMs = performance.now()
let next = 0
await Promise.all(
  Array.from({ length: filesInFlight }, async () => {
    for (let path = files[next++]; path !== undefined; path = files[next++]) await prepare(path)
  }),
)
stdout.write(`${(performance.now() - startedMs) / 1000}\n`)
