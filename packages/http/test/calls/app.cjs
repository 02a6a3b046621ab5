const http = require('http');
const { get } = require('node:http');
const undici = require('undici');
const { serve } = require('./server.cjs');

const end = (outgoing) =>
  new Promise((resolve) => {
    outgoing.on('response', (response) => response.resume());
    outgoing.on('close', resolve);
  });

async function main() {
  const { origin, received, close } = await serve();
  await globalThis.runCalls(
    [
      ['property', () => end(http.get(origin))],
      ['destructured', () => end(get(origin))],
      ['fetch', async () => (await fetch(origin)).text()],
      ['undici.request', async () => (await undici.request(origin)).body.text()],
      ['undici.fetch', async () => (await undici.fetch(origin)).text()],
      [
        'WebSocket',
        () => {
          const socket = new WebSocket(origin.replace('http', 'ws'));
          return new Promise((resolve) => {
            socket.addEventListener('error', resolve);
            socket.addEventListener('close', resolve);
          });
        },
      ],
    ],
    received,
  );
  close();
}

void main();
