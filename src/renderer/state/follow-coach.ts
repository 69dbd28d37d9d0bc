import { changedRecipe, type CoachStep } from '../../main/contract/coach.ts'
import type { RunSummary } from '../../main/contract/runs.ts'
import type { Studio } from './studio.svelte.ts'

/** Does what the coach proposes about a run; `jobId`: the job that trains it, null where none does. */
export async function followCoach(studio: Studio, step: CoachStep, run: RunSummary, jobId: string | null): Promise<void> {
  const { navigation } = studio
  switch (step.kind) {
    case 'train':
      studio.trainingForm.prepare(changedRecipe(run.recipe, step.changes))
      return navigation.go('train')
    case 'stop':
      // It may have ended by itself meanwhile.
      if (jobId !== null) await studio.client.jobs.stop({ jobId })
      return
    case 'check-labels':
      return navigation.go({ page: 'check', tab: 'labels' })
    case 'look-alikes':
      return navigation.go({ page: 'check', tab: 'look-alikes' })
    case 'add-photos':
      return navigation.go(step.classId === null ? { page: 'photos' } : { page: 'photos', filter: { class: step.classId } })
    default:
      return step satisfies never
  }
}
