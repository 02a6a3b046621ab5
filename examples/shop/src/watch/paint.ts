import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours where standard output is a terminal that shows them; NO_COLOR and FORCE_COLOR are asked. */
function brush(style: Style): (text: string) => string {
  return (text) => styleText(style, text, { stream: process.stdout });
}

export const paint: Readonly<
  Record<
    'title' | 'quiet' | 'good' | 'bad' | 'waiting' | 'alarm' | 'storefront' | 'orders' | 'payments',
    (text: string) => string
  >
> = {
  title: brush('bold'),
  quiet: brush('gray'),
  good: brush('green'),
  bad: brush('red'),
  waiting: brush('yellow'),
  alarm: brush(['bold', 'inverse', 'red']),
  storefront: brush('cyan'),
  orders: brush('magenta'),
  payments: brush('blue'),
};
