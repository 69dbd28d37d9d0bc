import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { learnsWords, recipeWords } from '../../src/renderer/text/recipes.ts'
import { trainWords } from '../../src/renderer/text/train.ts'
import { makeProject } from '../made-project.ts'
import { go, trainForm } from '../studio-page.ts'
import { test } from './desktop-app.ts'

/** The engine that `npm test` has installed, where it could. */
const native = process.env['GRAFT_TEST_NATIVE']

test('the last blocks of a network learn in a window, on TensorFlow', async ({ desktop, folder }) => {
  test.skip(native === undefined, 'tfjs-node-gpu is not here')
  const { path: project } = await makeProject(folder, { perClass: 20 })
  mkdirSync(join(folder, 'studio', 'engines'), { recursive: true })
  symlinkSync(native ?? '', join(folder, 'studio', 'engines', 'tfjs-node-gpu'))
  const { page } = await desktop.start(project)
  await go(page, frameWords.train)
  const form = trainForm(page)
  await form.getByRole('radio', { name: recipeWords.names.thorough }).check()
  await expect(form.getByText(learnsWords.slow)).toBeHidden()
  await form.getByRole('button', { name: trainWords.start, exact: true }).click()
  const result = page.getByTestId('run-result')
  await expect(result).toContainText('last 4 blocks learned too', { timeout: 120_000 })
  await result.getByRole('button', { name: /Look closer|See its/ }).click()
  await expect(page.getByText('tfjs-node-gpu, onnxruntime')).toBeVisible()
})
