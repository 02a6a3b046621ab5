const express = require('express');

const app = express();
const greetings = new Map([
  ['en', 'Hello'],
  ['fr', 'Bonjour'],
  ['pl', 'Dzień dobry'],
]);

app.get('/greetings/:language', (request, response) => {
  const greeting = greetings.get(request.params.language);
  if (greeting === undefined) {
    response.status(404).json({ error: 'no greeting in this language' });
    return;
  }
  response.json({ greeting });
});

app.get('/broken', () => {
  throw new Error('this handler is broken');
});

const server = app.listen(process.env.PORT ?? 3000, () => {
  process.stdout.write(`listening on http://localhost:${server.address().port}\n`);
});
