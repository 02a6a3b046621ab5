export interface Command {
  /** Shown beside it, and typed to narrow the list: `service`, `dashboard`. */
  readonly kind: string;
  readonly name: string;
  run(): void;
}

/**
 * Those that contain all words of the text, best first: the name begins with the text, a word of it does, it contains it.
 * Without a text all, in their own order.
 */
export function rankCommands(commands: readonly Command[], text: string): readonly Command[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return commands;
  const words = wanted.split(/\s+/);
  return commands
    .flatMap((command) => {
      const name = command.name.toLowerCase();
      if (!words.every((word) => name.includes(word) || command.kind.startsWith(word))) return [];
      const rank = name.startsWith(wanted)
        ? 0
        : name.split(/[\s/_-]+/).some((part) => part.startsWith(wanted))
          ? 1
          : 2;
      return [{ command, rank }];
    })
    .toSorted((one, other) => one.rank - other.rank || one.command.name.length - other.command.name.length)
    .map(({ command }) => command);
}
