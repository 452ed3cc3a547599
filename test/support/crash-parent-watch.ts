/** Loaded before a process of a crash test: ends it when the process that started it is gone. */

const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.exit(3)
}, 500).unref()
