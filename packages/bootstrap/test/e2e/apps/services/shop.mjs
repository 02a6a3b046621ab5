// A service with everything that a test asks for by path or by message.
import express from 'express';
import { sightline } from '@sightline/bootstrap';

const app = express();
app.use('/internal', sightline.admin.handler);
app.get('/orders/:id', (_request, response) => {
  sightline.logger.info('order read');
  response.json({});
});
app.get('/fail', () => {
  throw new Error('boom');
});
app.get('/throw', () => {
  setImmediate(() => {
    throw new TypeError('thrown later');
  });
});
app.get('/reject', () => {
  void Promise.reject(new RangeError('rejected later'));
});
app.get('/debug', (_request, response) => {
  sightline.logger.debug('in detail');
  response.end();
});
app.get('/slow', (_request, response) => {
  setTimeout(() => response.end(), 60);
});

process.on('message', async () => process.send(await sightline.status()));
if (process.env.HANDLES_SIGTERM === 'true') {
  process.once('SIGTERM', () => {
    sightline.logger.info('the service ends by itself');
    // What is said after the flush of the signal leaves as well.
    setTimeout(() => process.exit(7), 100);
  });
}
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
