import { expect, test } from 'vitest'
import { TagDraft } from './tag-draft.svelte.ts'

function tagsOf(stored: readonly string[], refused: string | null = null) {
  const studio = { tags: stored }
  const written: (readonly string[])[] = []
  const draft = new TagDraft(
    () => studio.tags,
    async (tags) => {
      written.push(tags)
      await Promise.resolve()
      if (refused === null || !tags.includes(refused)) studio.tags = tags
    },
  )
  return { draft, written, studio }
}

test('tags that are typed quickly are all kept, each write after the one before', async () => {
  const { draft, written, studio } = tagsOf([])
  void draft.keep([...draft.tags, 'a'])
  void draft.keep([...draft.tags, 'b'])
  expect(draft.tags).toEqual(['a', 'b'])
  await draft.keep([...draft.tags, 'c'])
  expect(written).toEqual([['a'], ['a', 'b', 'c']])
  expect([draft.tags, studio.tags]).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ])
})

test('tags that could not be written are shown as they are stored', async () => {
  const { draft } = tagsOf(['old'], 'new')
  await draft.keep(['old', 'new'])
  expect(draft.tags).toEqual(['old'])
})
