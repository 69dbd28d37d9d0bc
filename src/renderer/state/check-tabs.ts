/** What can be checked, in the order of the tabs. Each has its words in `text/check.ts` and its part of the page in `pages/check`. */
export const checkTabs = ['health', 'look-alikes', 'labels', 'map'] as const
export type CheckTab = (typeof checkTabs)[number]

export function isCheckTab(name: string): name is CheckTab {
  return checkTabs.some((tab) => tab === name)
}
