declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  /** The part of SonicBoom that is used here. */
  interface RollingStream extends EventEmitter {
    /** The descriptor, and the path that it was opened by. */
    readonly fd: number;
    readonly file: string;
    /** With `sync` the text is on its way to the disk, or an `error` was emitted, when it returns. */
    write(text: string): boolean;
    /**
     * Opens the next file, or the one of its name once more; at once with `sync`.
     *
     * @throws the system's error, and emits it, too
     */
    reopen(path?: string): void;
    end(): void;
    destroy(): void;
  }

  interface RollOptions {
    readonly file: string;
    /** `1048576b`. */
    readonly size?: string | undefined;
    readonly frequency?: 'daily' | 'hourly' | undefined;
    /** In the terms of date-fns. */
    readonly dateFormat?: string | undefined;
    readonly symlink?: boolean;
    readonly mkdir?: boolean;
    readonly sync?: boolean;
    readonly mode?: number | undefined;
  }

  function roll(options: RollOptions): Promise<RollingStream>;
  export = roll;
}
