import { workerData } from "node:worker_threads";

const POLL_MS = 500;

// A thread that kills its process once the process that started it, `workerData`, is gone: the main
// thread may compute for minutes before it hears of that.
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, "SIGKILL");
}, POLL_MS);
