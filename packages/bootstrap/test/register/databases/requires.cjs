const Redis = require('ioredis');
const pg = require('pg');

void import('../use-databases.mjs').then(({ useDatabases }) => useDatabases(Redis, pg));
