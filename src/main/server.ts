import { exit } from 'node:process'
import { parseArgs } from 'node:util'
import { serve } from './shells/http/serve.ts'

// The studio in a browser: `server.ts [PROJECT] [--port N] [--no-open]`, also `graft serve`.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string' }, 'no-open': { type: 'boolean', default: false } },
})
const options = { open: !values['no-open'], ...(values.port === undefined ? {} : { port: values.port }) }
exit(await serve(positionals[0], options))
