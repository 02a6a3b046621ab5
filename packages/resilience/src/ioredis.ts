export { ioredis } from './connections/ioredis.ts';
export type { IoredisLike } from './connections/ioredis.ts';
