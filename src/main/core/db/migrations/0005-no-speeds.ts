/** How fast a machine is belongs to the machine and not to a project, which may move to another one: it is kept beside the settings now. */
export const noSpeeds = `
DROP TABLE speed;
`
