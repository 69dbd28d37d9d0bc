import { isStudioError } from '../../contract/errors.ts'
import { openDatabase } from '../db/open-database.ts'
import { perform, type Operation } from './history-model-for-tests.ts'

/** A process that works in a project until it is killed: does the operations of its second argument (JSON), and says after each that it is done. */
const [file = '', operations = '[]'] = process.argv.slice(2)
const db = openDatabase(file)
process.stdout.write('ready\n')
// The one who gave the operations made them.
for (const [index, operation] of (JSON.parse(operations) as Operation[]).entries()) {
  try {
    perform(db, operation, index + 1)
  } catch (error) {
    if (!isStudioError(error)) throw error
  }
  process.stdout.write(`${index}\n`)
}
db.close()
