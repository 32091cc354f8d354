// Loaded into every child before its program: when the demo dies, however it dies, the channel closes and the child stops too.
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.exit(1), 2000).unref()
})
process.channel?.unref()
