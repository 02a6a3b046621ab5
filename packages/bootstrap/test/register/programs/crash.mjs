setImmediate(() => {
  throw new Error('boom');
});
