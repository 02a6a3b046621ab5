const { get } = require('node:http');

/** What every one of these services does for an order: two calls, the two ways there are. */
exports.callUpstream = async () => {
  const upstream = process.env.UPSTREAM;
  const answer = await fetch(`${upstream}/stock/7?token=hunter2`);
  await answer.text();
  await new Promise((resolve, reject) => {
    get(`${upstream}/price/7`, (response) => response.resume().once('end', resolve)).once('error', reject);
  });
};

exports.fail = () => {
  throw new Error('boom');
};

/** Tells the test where the service listens. */
exports.listening = (server) => process.send({ port: server.address().port });
