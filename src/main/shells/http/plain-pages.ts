import type { Admission } from './admission.ts'

/** Without an icon of its own a page is asked for `/favicon.ico`, and a browser logs that there is none. */
function head(title: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">`
}

function plainPage(title: string, text: string): string {
  return `${head(title)}<h1>${title}</h1><p>${text}</p></html>`
}

/** Shown instead of the studio to a browser that is not let in. */
export function refusalPage(admission: Exclude<Admission, 'admitted'>): string {
  switch (admission) {
    case 'token':
      return plainPage(
        'Open Graft with its full address',
        'This browser has not been let in yet. Open the address that Graft printed when it started, with everything after <code>?token=</code>. Every start has a new one.',
      )
    case 'stranger':
      return plainPage('Not from here', 'Graft answers only on this machine, at the address that it printed when it started.')
    default:
      return admission satisfies never
  }
}

/**
 * Leads a browser that has just been let in on to the address without the token. A redirect would count as part of the visit that a file or
 * another site began, and take no strict cookie along.
 */
export const admittedPage = `${head('Graft')}<meta http-equiv="refresh" content="0;url=/"></html>`

export const notBuiltPage = plainPage('The page is not built yet', 'Run <code>npm run build</code>, then start Graft again.')
