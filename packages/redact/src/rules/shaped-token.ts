import { words } from '../words.ts';
import type { TextRule } from '../rule.ts';

/** A token whose telling part stands inside it rather than in front. */
interface Shape {
  readonly name: string;
  /** Beginnings of the telling part. */
  readonly anchors: readonly string[];
  /** What stands behind the anchor, where that alone is too common. */
  readonly next?: string;
  /** How many characters of the token are in front of the anchor. */
  readonly leads: readonly number[];
  /** The whole token, sticky; its length is bounded. */
  readonly pattern: RegExp;
}

/**
 * Tokens of Azure, which marks its keys inside, of Telegram's bots, of Mailchimp and of Resend.
 * Source: Microsoft's identifiable secrets, https://github.com/microsoft/security-utilities
 */
const SHAPES: readonly Shape[] = [
  {
    name: 'azure-client-secret',
    anchors: ['#q'],
    next: '~',
    leads: [3],
    pattern: /[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~-])/y,
  },
  {
    name: 'azure-key',
    anchors: ['jqqj9'],
    leads: [52],
    pattern:
      /[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{16}[A-Za-z][A-Za-z0-9]{7}(?:[A-Za-z0-9]{2}==)?/y,
  },
  {
    name: 'azure-key',
    anchors: ['azdo'],
    leads: [76],
    pattern: /[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])/y,
  },
  {
    name: 'azure-key',
    anchors: words('+ast +aba acdb'),
    leads: [76],
    pattern: /[A-Za-z0-9+/]{76}(?:\+ASt|\+ABa|ACDb)[A-Za-z0-9+/]{5,6}==/y,
  },
  {
    name: 'azure-key',
    anchors: words('+asb +aeh +arm aiot azca'),
    leads: [33],
    pattern: /[A-Za-z0-9+/]{33}(?:\+ASb|\+AEh|\+ARm|AIoT|AzCa)[A-P][A-Za-z0-9+/]{5}=/y,
  },
  {
    name: 'azure-key',
    anchors: words('+acr azse'),
    leads: [42],
    pattern: /[A-Za-z0-9+/]{42}(?:\+ACR|AzSe)[A-D][A-Za-z0-9+/]{5}(?![A-Za-z0-9+/=])/y,
  },
  {
    name: 'azure-key',
    anchors: ['azfu'],
    leads: [44],
    pattern: /[\w-]{44}AzFu[\w-]{5}[AQgw]==/y,
  },
  {
    name: 'telegram-token',
    anchors: ['#:aa'],
    leads: [9, 8, 7],
    pattern: /\d{8,10}:AA[\w-]{33}(?![\w-])/y,
  },
  {
    name: 'mailchimp-key',
    anchors: ['-us#'],
    leads: [32],
    pattern: /[0-9a-f]{32}-us\d{1,2}(?!\w)/y,
  },
  {
    name: 'resend-key',
    anchors: ['re_'],
    leads: [0],
    // Also behind the escape of a URL: `%22re_…`.
    pattern: /(?<!(?<!%[\dA-F])\w)re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}(?!\w)/y,
  },
];

/** A rule a shape: one look at each place where a token would begin. */
export const shapedTokenRules: readonly TextRule[] = SHAPES.map(
  ({ name, anchors, next, leads, pattern }) => ({
    name,
    anchors,
    find(text, from, to) {
      if (next !== undefined && !text.startsWith(next, to)) return from + 1;
      for (const lead of leads) {
        if (lead > from) continue;
        pattern.lastIndex = from - lead;
        const [token] = pattern.exec(text) ?? [];
        if (token !== undefined) return { from: from - lead, to: from - lead + token.length };
      }
      return from + 1;
    },
  }),
);
