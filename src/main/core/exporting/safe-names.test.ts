import { fc } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { isPassedOver } from '../images/list-files.ts'
import { foldForDisk, safeName, SafeNames } from './safe-names.ts'

const windowsRefuses = /[<>:"/\\|?*\p{Cc}]|[. ]$|^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\.|$)/iu

/** Names as they are, and as nobody would think of. */
const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.constantFrom(
    'CON',
    'con.jpg',
    'nul.tar.gz',
    'COM1 .png',
    '.hidden',
    '..',
    '.',
    '',
    ' ',
    'a.',
    'a/b',
    'Thumbs.db',
    '__MACOSX',
    'birds.graft',
  ),
  fc.constantFrom('x', 'é', '\ud800', '👩‍👩‍👧', 'ß', 'ﬁ').map((letter) => `${letter.repeat(290)}.jpg`),
)

describe('a safe name', () => {
  test('is taken by every system and by our own import, whatever it comes from', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const safe = safeName(name, 'photo')
        expect(safe).not.toMatch(windowsRefuses)
        expect(safe).not.toBe('')
        expect(safe.isWellFormed()).toBe(true)
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200)
        expect(safe.length).toBeLessThanOrEqual(200)
        expect(isPassedOver(safe)).toBe(false)
        expect(safe).not.toMatch(/^\s|\s$/u)
      }),
      { numRuns: 2000 },
    )
  })

  test('is the name itself where that is safe', () => {
    for (const name of ['1.jpg', 'Höhle (2).JPEG', '猫.png', "d'Artagnan & co.webp", 'a.b.c', 'Konto.jpg', 'common.jpg', '100 %.gif'])
      expect(safeName(name, 'photo')).toBe(name)
  })

  test('keeps the ending of a long name, and no character in two', () => {
    expect(safeName(`${'a'.repeat(400)}.jpeg`, 'photo')).toMatch(/^a{100,}\.jpeg$/)
    expect(safeName(`${'👩‍👩‍👧'.repeat(100)}.png`, 'photo')).toMatch(/^(👩‍👩‍👧)+\.png$/u)
  })

  test('says what it replaces in words that stay readable', () => {
    expect(safeName('cat/dog', 'class')).toBe('cat_dog')
    expect(safeName('CON', 'class')).toBe('CON_')
    expect(safeName('aux.jpg', 'photo')).toBe('aux_.jpg')
    expect(safeName('.jpg', 'photo')).toBe('_jpg')
    expect(safeName('etc.', 'class')).toBe('etc')
    expect(safeName('???', 'class')).toBe('___')
    expect(safeName('Thumbs.db', 'photo')).toBe('_Thumbs.db')
    expect(safeName('birds.graft', 'class')).toBe('birds.graft_')
    expect(safeName('a\u202egpj.exe', 'photo')).toBe('a_gpj.exe')
  })
})

describe('the names of a folder', () => {
  test('are all different, also on a disk that does not tell case or accents apart', () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 60 }), (wanted) => {
        const names = new SafeNames(['labels.csv'])
        const given = wanted.map((name) => names.take(name, 'photo'))
        expect(new Set([...given, 'labels.csv'].map(foldForDisk)).size).toBe(given.length + 1)
        expect(new Set(given.map((name) => name.normalize('NFD').toUpperCase())).size).toBe(given.length)
        for (const name of given) expect(name).not.toMatch(windowsRefuses)
      }),
    )
  })

  test('get a number before their ending', () => {
    const names = new SafeNames()
    const wanted = ['IMG_1.jpg', 'img_1.JPG', 'IMG_1.jpg', 'e\u0301.png', 'é.png', 'straße', 'STRASSE']
    expect(wanted.map((name) => names.take(name, 'photo'))).toEqual([
      'IMG_1.jpg',
      'img_1 (2).JPG',
      'IMG_1 (3).jpg',
      'é.png',
      'é (2).png',
      'straße',
      'STRASSE (2)',
    ])
  })
})
