export type { AdminRequest, AdminResponse, AdminRoute } from './admin/route.ts';
export type { StartOptions } from './config/options.ts';
export type { Plugin, PluginEnd } from './plugin.ts';
export type { Sightline } from './sightline.ts';
export { sightline } from './running.ts';
export { start } from './start.ts';
