/** A set-up file of vitest for packages whose test files share a process: each gets the modules as they are at the start. */
import { vi } from 'vitest';

vi.resetModules();
