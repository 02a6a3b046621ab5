import express from 'express';

const app: ReturnType<typeof express> = express();
app.get('/', () => {});
