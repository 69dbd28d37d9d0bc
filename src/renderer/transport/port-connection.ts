import { RPCLink } from '@orpc/client/message-port'
import { createStateCell, type StudioConnection } from './connection.ts'
import { studioClient } from './studio-link.ts'

/** Connects over a MessagePort whose other end the main process answers. The window ends with that process: there is no reconnecting. */
export function connectPort(port: MessagePort): StudioConnection {
  const cell = createStateCell({ state: 'connected' })
  port.start()
  return { client: studioClient(new RPCLink({ port })), current: cell.current, onChange: cell.onChange, close: () => port.close() }
}
