// Runs before the page is drawn, which would flash light else: sets the theme that was chosen, from where state/theme.svelte.ts keeps it.
// A file of its own, for the page's security policy allows no script inside it; and no module, for those run after the page was read.
document.documentElement.dataset.theme = localStorage.getItem('graft.theme') ?? 'system'
