import { basename } from 'node:path'
import type { StudioClient } from '../../contract/contract.ts'
import { StudioError } from '../../contract/errors.ts'
import type { z } from 'zod'
import type { Image, ImageFilter } from '../../contract/images.ts'

const pageSize = 2000

/** Every image that matches, in order of import. */
export async function allImages(client: StudioClient, filter: Partial<z.infer<typeof ImageFilter>>): Promise<readonly Image[]> {
  const all: Image[] = []
  for (;;) {
    const { total, images } = await client.images.list({ filter, offset: all.length, limit: pageSize })
    all.push(...images)
    if (all.length >= total || images.length === 0) return all
  }
}

/**
 * Hashes of the images that references name, each once: a hash, at least six of its first digits, or a file name (of a path its last
 * part). A name that several images share names all of them. Throws `IMAGE_NOT_FOUND`.
 */
export async function findImages(
  client: StudioClient,
  references: readonly string[],
  { trashed }: { readonly trashed: boolean },
): Promise<ReadonlySet<string>> {
  const images = await allImages(client, { trashed })
  const byName = Map.groupBy(images, ({ name }) => name)
  const found = new Set<string>()
  for (const reference of references) {
    const named = byName.get(basename(reference)) ?? []
    const digits = /^[0-9a-f]{6,64}$/.test(reference) ? images.filter(({ hash }) => hash.startsWith(reference)) : []
    const matches = named.length > 0 ? named : digits
    if (matches.length === 0) throw new StudioError('IMAGE_NOT_FOUND', { image: reference })
    for (const { hash } of matches) found.add(hash)
  }
  return found
}
