import type { ContractRouterClient } from '@orpc/contract'
import { adviser } from './adviser.ts'
import { backbones } from './backbones.ts'
import { backup } from './backup.ts'
import { doubts } from './doubts.ts'
import { engines } from './engines.ts'
import { exporting, sample } from './exporting.ts'
import { features } from './features.ts'
import { health } from './health.ts'
import { images } from './images.ts'
import { jobs } from './jobs.ts'
import { coach } from './coach.ts'
import { classes, history, labels } from './labels.ts'
import { learningCurve } from './learning-curve.ts'
import { lookAlikes } from './look-alikes.ts'
import { map } from './map.ts'
import { project, studio } from './project.ts'
import { runs } from './runs.ts'
import { suggestions } from './suggestions.ts'
import { sweeps } from './sweeps.ts'
import { views } from './views.ts'
import { watching } from './watching.ts'

/** Everything that the studio can be asked, over every door. */
export const contract = {
  ...{
    studio,
    project,
    images,
    views,
    watching,
    classes,
    labels,
    suggestions,
    history,
    backup,
    health,
    lookAlikes,
    doubts,
    map,
    learningCurve,
  },
  ...{ backbones, adviser, features, engines, runs, sweeps, coach, exporting, sample, jobs },
}
export type Contract = typeof contract
export type StudioClient = ContractRouterClient<Contract>
