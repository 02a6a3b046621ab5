import { express as start } from './frameworks.cjs';

const { default: framework } = await import(process.env.FRAMEWORK);
start(framework);
