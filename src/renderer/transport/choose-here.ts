/** What a person may choose besides photos: archives, projects of Teachable Machine, files of labels. */
export const takenKinds = 'image/*,.zip,.tm,.csv,.tsv,.json'

/** Asks with the browser's own dialog for photos, or for a folder of them, on the person's side. Null where nothing was chosen. */
export function chooseHere(what: 'files' | 'folder'): Promise<FileList | null> {
  const field = document.createElement('input')
  field.type = 'file'
  field.multiple = true
  if (what === 'folder') field.webkitdirectory = true
  else field.accept = takenKinds
  return new Promise((resolve) => {
    field.addEventListener('change', () => resolve(field.files === null || field.files.length === 0 ? null : field.files), { once: true })
    field.addEventListener('cancel', () => resolve(null), { once: true })
    field.click()
  })
}
