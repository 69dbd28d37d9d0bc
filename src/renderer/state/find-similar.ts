import type { Studio } from './studio.svelte.ts'

/** Goes to all photos by how much they look like `hash`. A step of its own: back leads to the photos from before. */
export function showSimilar({ navigation }: Studio, hash: string): void {
  navigation.go({ page: 'photos', filter: { similarTo: hash } })
}

/** The same for the photo that is chosen or under the cursor; of several none is meant. */
export async function findSimilar(studio: Studio): Promise<void> {
  const [hash, ...more] = (await studio.attempt(() => studio.selection.acted())) ?? []
  if (hash !== undefined && more.length === 0) showSimilar(studio, hash)
}
