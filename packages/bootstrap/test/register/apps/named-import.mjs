import { Router } from 'express';

new Router().get('/', () => {});
