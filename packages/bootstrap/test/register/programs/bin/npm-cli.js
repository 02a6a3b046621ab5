await import('../quiet.mjs');
