import { afterEach, describe, expect, it, vi } from 'vitest';
import { download, ndjsonOf } from './export-lines.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('ndjsonOf', () => {
  it('is a line each, with its moment to the nanosecond and all labels', () => {
    expect(ndjsonOf([{ timeNs: '1800000000000000001', line: 'a\nb', labels: { l: 'e' } }])).toBe(
      '{"timeNs":"1800000000000000001","line":"a\\nb","labels":{"l":"e"}}\n',
    );
    expect(ndjsonOf([])).toBe('');
  });
});

describe('download', () => {
  it('lets the browser keep the text under its name, and lets it go afterwards', async () => {
    vi.useFakeTimers();
    const kept: Blob[] = [];
    const clicked: object[] = [];
    const revoke = vi.fn<(url: string) => void>();
    vi.stubGlobal('URL', {
      createObjectURL: (blob: Blob) => `blob:${kept.push(blob)}`,
      revokeObjectURL: revoke,
    });
    vi.stubGlobal('document', {
      createElement: () => ({
        click() {
          clicked.push({ ...this });
        },
      }),
    });
    download('lines.ndjson', '{}\n');
    expect(clicked).toMatchObject([{ href: 'blob:1', download: 'lines.ndjson' }]);
    expect(await kept[0]?.text()).toBe('{}\n');
    expect(revoke).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(revoke).toHaveBeenCalledWith('blob:1');
  });
});
