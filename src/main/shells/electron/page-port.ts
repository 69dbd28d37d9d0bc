import { RPCHandler } from '@orpc/server/message-port'
import { ipcMain } from 'electron'
import { portMessage } from '../../contract/preload-bridge.ts'
import type { Log } from '../../core/context.ts'
import type { Studio } from '../../core/studio.ts'
import { rpcOptions } from '../rpc-options.ts'
import { isOwnPage } from './page-security.ts'

/** Answers oRPC on every port that the studio's own page hands over (a new one after each reload). The other end closes with its page. */
export function answerPagePorts(studio: Studio, log: Log): void {
  const handler = new RPCHandler(studio.router, rpcOptions)
  ipcMain.on(portMessage, (event) => {
    const [port] = event.ports
    if (port === undefined) return
    if (!isOwnPage(event.senderFrame)) {
      log.error('a port from a foreign page was refused', { url: event.senderFrame?.url ?? null })
      port.close()
      return
    }
    handler.upgrade(port)
    port.start()
  })
}
