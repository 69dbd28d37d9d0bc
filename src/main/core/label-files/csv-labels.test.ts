import { fc, test } from '@fast-check/vitest'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { csvLabels } from './csv-labels.ts'
import { mostPieces } from './label-file.ts'
import { decodeText, readCsv, rowsOf, type Separator } from './read-csv.ts'
import { readLabelFile } from './read-label-file.ts'

const read = (text: string): readonly (readonly [string, readonly string[]])[] => {
  const table = csvLabels(text)
  if (table.state !== 'read') throw new Error(JSON.stringify(table))
  return table.labels.photos.map(({ file, classes }) => [file, classes] as const)
}
const pets = [
  ['cats/1.jpg', ['cat']],
  ['dogs/2.jpg', ['dog']],
]

describe('a table of photos and classes', () => {
  it.each([
    ['with names above', 'file,class\ncats/1.jpg,cat\ndogs/2.jpg,dog\n'],
    ['without', 'cats/1.jpg,cat\ndogs/2.jpg,dog'],
    ['with semicolons, as a German Excel writes it', 'Datei;Klasse\r\ncats/1.jpg;cat\r\ndogs/2.jpg;dog\r\n'],
    ['with tabs', 'image\tlabel\ncats/1.jpg\tcat\ndogs/2.jpg\tdog\n'],
    ['whose first line names the separator', 'sep=;\nfile;class\ncats/1.jpg;cat\ndogs/2.jpg;dog'],
    ['with the class first', 'label,filename\ncat,cats/1.jpg\ndog,dogs/2.jpg\n'],
    ['with quotes, and ends of lines of the old Mac', '"file","class"\r"cats/1.jpg","cat"\r"dogs/2.jpg","dog"'],
    ['with empty lines and blanks', '\n\nfile, class \n cats/1.jpg , cat \n\ndogs/2.jpg,dog\n\n'],
  ])('%s is read', (_, text) => {
    expect(read(text)).toEqual(pets)
  })

  it('names its photos with slashes of both kinds', () => {
    const table = csvLabels('file,class\ncats\\1.jpg,cat\n')
    expect(table).toMatchObject({ labels: { photos: [{ file: 'cats\\1.jpg', places: ['cats/1.jpg'] }] } })
  })

  it('leaves a photo without a class where its cell is blank, and tells a row without a photo', () => {
    const table = csvLabels('file,class\n1.jpg,\n2.jpg,cat\n,dog\n3.jpg\n')
    expect(table).toMatchObject({
      state: 'read',
      labels: {
        photos: [{ classes: [] }, { classes: ['cat'] }, { file: '3.jpg', classes: [] }],
        problems: [{ where: 'line 4', why: 'it names no photo; write its name under file, or delete the line' }],
      },
    })
  })

  it('tells the line of the file, whatever lines are empty, lie in quotes or stand before the table', () => {
    const table = csvLabels('sep=;\n\nfile;class\r\n1.jpg;"cat\nor\r\ndog"\n\n;dog\n2.jpg;cat\n')
    expect(table).toMatchObject({ labels: { problems: [{ where: 'line 8' }] } })
    expect(csvLabels('1.jpg,cat\n2.jpg,cat\n,dog\n')).toMatchObject({
      labels: { problems: [{ why: expect.stringContaining('into column 1') as string }] },
    })
  })

  it('tells the line with a quote that is never closed, and takes nothing from there on', () => {
    const table = csvLabels('file,class\n1.jpg,cat\n2.jpg,"dog\n3.jpg,cat\n')
    expect(table).toMatchObject({ labels: { photos: [{ file: '1.jpg', classes: ['cat'] }] } })
    expect(table).toMatchObject({ labels: { problems: [{ where: 'line 3', why: expect.stringContaining('never closed') as string }] } })
  })

  it('keeps all classes of a photo that it names more than once', () => {
    expect(read('file,class\n1.jpg,cat\n1.jpg,dog\n1.jpg,cat\n')).toEqual([['1.jpg', ['cat', 'dog']]])
  })

  it('of which several columns could be the class says which, unless one is called so', () => {
    expect(csvLabels('file,colour,shape\n1.jpg,red,round\n')).toEqual({ state: 'several-columns', columns: ['colour', 'shape'] })
    expect(csvLabels('1.jpg,red,round\n')).toEqual({ state: 'several-columns', columns: ['column 2', 'column 3'] })
    expect(csvLabels('file,colour,class\n1.jpg,red,apple\n')).toMatchObject({
      labels: { taken: 'class', photos: [{ classes: ['apple'] }] },
    })
    expect(read('file,class,\n1.jpg,apple,\n')).toEqual([['1.jpg', ['apple']]])
  })

  it('may write photos without an ending, where its columns are named', () => {
    expect(read('id,breed\n000bec,beagle\n001513,pug\n')).toEqual([
      ['000bec', ['beagle']],
      ['001513', ['pug']],
    ])
  })

  it('of something else is none', () => {
    for (const text of ['', 'only one column\na\nb', 'x,y\n1,2\n3,4', 'date,temperature\n2024-01-01,3\n'])
      expect(csvLabels(text)).toMatchObject({ state: 'other' })
  })

  // The columns that Label Studio's own CSV export has (labelstud.io/guide/export, "CSV").
  it('that Label Studio wrote is read by its photo and its choice', () => {
    const text = `annotation_id,annotator,choice,created_at,id,image,lead_time,updated_at
3,1,Cat,2024-05-01T10:00:00Z,7,/data/upload/4/0a1b2c3d-tom%20cat.jpg,2.1,2024-05-01T10:00:00Z
`
    expect(csvLabels(text)).toMatchObject({
      labels: {
        taken: 'choice',
        photos: [{ classes: ['Cat'], places: ['data/upload/4/0a1b2c3d-tom cat.jpg', '0a1b2c3d-tom cat.jpg', 'tom cat.jpg'] }],
      },
    })
  })
})

describe('the text of a table', () => {
  const text = 'file,class\nKäse.jpg,Käfer\n'
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ["Windows' code page", Buffer.from(text, 'latin1')],
  ])('in %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe(text)
  })
})

const quote = (cell: string): string => (/[",;\t\r\n]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell)
const cells = fc.array(
  fc.array(fc.string({ unit: fc.constantFrom('a', 'ä', '"', ',', ';', '\t', '\n', '\r', ' ') }), { minLength: 2, maxLength: 4 }),
  {
    minLength: 1,
    maxLength: 6,
  },
)
test.prop([cells, fc.constantFrom<Separator>(',', ';', '\t'), fc.constantFrom('\n', '\r\n', '\r')])(
  'what RFC 4180 writes is read back as it was, whatever is in the cells',
  (rows, separator, end) => {
    expect(rowsOf(rows.map((row) => row.map(quote).join(separator)).join(end), separator)?.rows).toEqual(rows)
  },
)

test.prop([fc.string({ unit: fc.constantFrom('a.jpg', '"', ',', ';', '\t', '\n', '\r', 'sep=', '\0', '__proto__') })])(
  'any text at all is read in one go, without an error',
  (text) => {
    expect(() => [readCsv(text), csvLabels(text)]).not.toThrow()
  },
)

it('a table of more rows or cells than any has is given up while it is read', () => {
  const most = { mostRows: 3, mostCells: 8 }
  expect(rowsOf('a,b\n'.repeat(3), ',', most)?.rows).toHaveLength(3)
  expect(rowsOf('a\n'.repeat(5), ',', most)).toBeNull()
  expect(rowsOf(','.repeat(20), ',', most)).toBeNull()
})

describe('a file of labels that was made to fill the memory is refused in words', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-labels-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const read = async (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return readLabelFile(join(folder, name))
  }
  it.each([
    ['commas.csv', `1.jpg,cat\n${','.repeat(mostPieces)}`],
    ['lists.json', `[${'[],'.repeat(mostPieces)}0]`],
    ['keys.json', `{${'"a":1,'.repeat(mostPieces)}"a":1}`],
  ])('%s', async (name, text) => {
    const outcome = await read(name, text)
    expect(outcome).toMatchObject({ state: 'other', why: expect.stringContaining('12000000') as string })
  })
})

describe('a file that lies in a folder by chance', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-sidecars-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const filler = 'x'.repeat(100)
  const many = (line: (index: number) => string): string => Array.from({ length: 2000 }, (_, index) => line(index)).join('')
  const stateOf = async (name: string, text: string, isGiven: boolean) => {
    writeFileSync(join(folder, name), text)
    return (await readLabelFile(join(folder, name), { isGiven })).state
  }
  /** Of Label Studio, with what is before the photo's name longer than what is looked at of a file. */
  const task = (data: object, after: object = {}) =>
    JSON.stringify([{ id: 1, data: { note: filler.repeat(1000), ...data }, annotations: [{ result: [] }], ...after }])
  it.each([
    ['measurements.csv', `time,value\n${many((index) => `${index},${filler}\n`)}`, 'other', 'not-text'],
    ['log.json', `[${many((index) => `{"at":${index},"said":"${filler}"},`)}0]`, 'other', 'not-text'],
    ['labels.csv', `file,class\n${many((index) => `${index}.jpg,${filler}\n`)}`, 'labels', 'labels'],
    ['short.json', '{"a":1}', 'other', 'other'],
    [
      'coco.json',
      `{"annotations":[${many((index) => `{"id":${index},"image_id":1,"category_id":1,"bbox":[0,0,1,1],"note":"${filler}"},`).slice(0, -1)}],
        "images":[{"id":1,"file_name":"1.jpg","width":4,"height":3}],"categories":[{"id":1,"name":"cat"}]}`,
      'labels',
      'labels',
    ],
    ['task.json', task({ image: '/data/upload/1/a1-cat.jpg' }), 'labels', 'labels'],
    ['address.json', task({ image: 'https://example.com/photos/1' }, { file_upload: 'a1-cat.jpg' }), 'labels', 'labels'],
  ])('%s is read whole only where its beginning tells of photos, or somebody named it', async (name, text, given, found) => {
    expect([await stateOf(name, text, true), await stateOf(name, text, false)]).toEqual([given, found])
  })
})

it('a table without photos says with which line it begins, and what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-labels-'))
  const why = async (text: string) => {
    writeFileSync(join(folder, 'table.csv'), text)
    const read = await readLabelFile(join(folder, 'table.csv'))
    return read.state === 'other' ? read.why : read.state
  }
  try {
    expect(await why('\nfood,price\nbread,2\n')).toBe(
      'line 2 (food, price) begins no table of photos and classes; call one column file and another one class',
    )
    expect(await why('')).toBe('it is empty')
    expect(await why('file,class\n')).toBe('line 1 (file, class) is all that stands in it; below it, write a line for each photo')
    expect(await why('file,class\n1.jpg,"cat\n2.jpg,dog\n')).toMatch(/^line 2: a quote \("\) begins in it that is never closed/)
    expect(await why('file,"class\n1.jpg,cat\n2.jpg,dog\n')).toMatch(/^line 1: a quote \("\) begins in it that is never closed/)
    expect(await why('file,class\n,cat\n,dog\n')).toBe('line 2: it names no photo; write its name under file, or delete the line')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
