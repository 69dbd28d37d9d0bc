import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { PackageSource, WantedFile } from '../fetching/package-source.ts'

/** A name that is one part of a path and nothing else. */
const Name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/)

/** `samples/catalog.json` of the resources: which pictures make the sample, from which package, under which licence. */
const SampleCatalog = z.strictObject({
  id: Name,
  title: z.string(),
  description: z.string(),
  source: PackageSource,
  licence: z.strictObject({ name: z.literal('MIT'), copyright: z.array(z.string()).min(1), source: z.url() }),
  classes: z.array(z.strictObject({ name: Name, pictures: z.array(WantedFile).min(20) })).min(3),
})
export type SampleCatalog = z.infer<typeof SampleCatalog>

export async function readSampleCatalog(resourcesDir: string): Promise<SampleCatalog> {
  return SampleCatalog.parse(JSON.parse(await readFile(join(resourcesDir, 'samples', 'catalog.json'), 'utf8')))
}

export interface SamplePicture {
  /** Below the folder of the sample: `pictures/CLASS/NAME`. */
  readonly place: readonly [string, string, string]
  /** Where it is in the package. `name` is unique among all pictures of the sample. */
  readonly wanted: WantedFile
}

/** Class by class, in the order of the catalog. */
export function picturesOf(catalog: SampleCatalog): SamplePicture[] {
  return catalog.classes.flatMap(({ name: className, pictures }) =>
    pictures.map((picture) => ({
      place: ['pictures', className, picture.name] as const,
      wanted: { ...picture, name: `${className}.${picture.name}` },
    })),
  )
}

/** LICENCE.txt of a copy of the sample: the whole notice, as the licence asks for. */
export function licenceNote({ title, description, source, licence }: SampleCatalog): string {
  const origin = source.via === 'url' ? source.url : `the ${source.via} package ${source.name} ${source.version}`
  return `${title}
${description}
From ${origin}; made at ${licence.source}.

MIT License

${licence.copyright.join('\n')}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`
}
