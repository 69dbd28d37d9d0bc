import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { dragMessage, menuMessage, portMessage, stateMessage, type MenuCommand, type PreloadBridge } from './contract/preload-bridge.ts'

// All that the sandboxed page gets from Electron: a port to the main process, paths of dropped files, and the menu's commands.
window.addEventListener('message', (event) => {
  const [port] = event.ports
  if (event.source === window && event.data === portMessage && port !== undefined) ipcRenderer.postMessage(portMessage, null, [port])
})

const bridge: PreloadBridge = {
  pathForFile: (file) => webUtils.getPathForFile(file),
  onMenu: (listener) => {
    const forward = (_event: unknown, command: MenuCommand): void => listener(command)
    ipcRenderer.on(menuMessage, forward)
    return () => ipcRenderer.off(menuMessage, forward)
  },
  tellState: (state) => ipcRenderer.send(stateMessage, state),
  startDrag: (request) => ipcRenderer.send(dragMessage, request),
}
contextBridge.exposeInMainWorld('graft', bridge)
