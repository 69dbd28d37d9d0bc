import type { ErrorCode } from '../../contract/errors.ts'

/** The way out as a command, where the words of the window do not fit a terminal. */
const hints: { readonly [C in ErrorCode]?: string } = {
  PROJECT_NOT_FOUND: 'graft import PROJECT.graft FOLDER --label-from-folders   makes a project from a folder of photos',
  NO_LABELS: 'graft label PROJECT PHOTO... --class NAME   or import with --label-from-folders',
  ONE_CLASS_ONLY: 'graft import PROJECT FOLDER --label-from-folders   adds photos of other classes',
  CLASS_WITHOUT_IMAGES: 'graft classes delete PROJECT NAME',
  CLASS_NOT_FOUND: 'graft classes PROJECT   lists them',
  IMAGE_NOT_FOUND: 'graft images PROJECT   lists them',
  RUN_NOT_FOUND: 'graft runs PROJECT   lists them;   graft train PROJECT   makes one',
  BACKBONE_UNKNOWN: 'graft backbones list',
  BACKBONE_MISSING: 'graft backbones fetch ID',
  BACKBONE_DAMAGED: 'graft backbones fetch ID',
  INT8_NOT_OFFERED: '--precision float32',
  RUN_IN_INT8: 'graft train PROJECT --precision float32 ...   with the other settings as they were (graft runs show PROJECT RUN)',
  ENGINE_UNAVAILABLE: 'graft engines test',
  ENGINE_WRONG: 'graft engines test',
}

/** A line to add to the words of an error on the command line, or none. */
export function commandLineHint(code: ErrorCode): readonly string[] {
  const hint = hints[code]
  return hint === undefined ? [] : [`  ${hint}`]
}
