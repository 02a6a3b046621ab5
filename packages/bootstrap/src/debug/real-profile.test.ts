// In a file of its own: a session of the inspector that ends takes the measuring of coverage with it.
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAdmin } from '../admin/create-admin.ts';
import { cpuProfileRoute } from './cpu-profile.ts';

describe('/debug/cpuprofile', () => {
  it('gives a real profile as a file', async () => {
    const route = cpuProfileRoute(true);
    const admin = createAdmin({ routes: [route], host: '127.0.0.1', port: 0, onProblem: () => {} });
    onTestFinished(() => admin.close());
    await admin.listen();
    const response = await fetch(`http://127.0.0.1:${admin.address?.port}${route.path}?seconds=0.01`);
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="\d+-[\dTZ-]+\.cpuprofile"$/,
    );
    const profile = (await response.json()) as Record<string, unknown[]>;
    expect(profile['nodes']?.length).toBeGreaterThan(0);
    expect(profile['samples']).toHaveLength(profile['timeDeltas']?.length ?? -1);
  });
});
