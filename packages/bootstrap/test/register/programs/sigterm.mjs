setInterval(() => {}, 60_000);
setImmediate(() => process.kill(process.pid, 'SIGTERM'));
