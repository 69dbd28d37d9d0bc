// Loaded before a command: when the process that started it is killed outright, so that it could pass nothing on, the command ends as well.
// An orphan would go on writing and hold the lock of its project.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, 250).unref()
