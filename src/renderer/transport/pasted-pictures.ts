import { tryWords } from '../text/try.ts'

/** What browsers call a picture of the clipboard that is no file, whatever it shows. */
const unnamed = /^image\.(png|jpe?g|gif|webp)$/

/** Gives pictures of the clipboard names that tell them apart, with numbers that go on for as long as the window is there. */
export class PastedPictures {
  #count = 0

  /** The same files, renamed where all of them are pictures without a name. Files of a disk keep their names, and folders their files. */
  named(clipboard: DataTransfer): DataTransfer {
    const files = [...clipboard.files]
    if (files.length === 0 || !files.every(({ name }) => unnamed.test(name))) return clipboard
    const named = new DataTransfer()
    for (const file of files) {
      const extension = file.name.split('.').at(-1) ?? 'png'
      named.items.add(new File([file], tryWords.pastedName(++this.#count, extension), { type: file.type }))
    }
    return named
  }
}
