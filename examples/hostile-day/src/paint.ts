import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours where standard output is a terminal that shows them; NO_COLOR and FORCE_COLOR are asked. */
function brush(style: Style): (text: string) => string {
  return (text) => styleText(style, text, { stream: process.stdout });
}

export const paint: Readonly<
  Record<'title' | 'scene' | 'quiet' | 'leak' | 'safe' | 'waiting' | 'good' | 'bad', (text: string) => string>
> = {
  title: brush('bold'),
  scene: brush('cyan'),
  quiet: brush('gray'),
  leak: brush(['bold', 'red']),
  safe: brush(['bold', 'green']),
  waiting: brush('yellow'),
  good: brush('green'),
  bad: brush('red'),
};
