import { describe, expect, it } from 'vitest';
import { logFieldStages } from './log-stages.ts';

describe('logFieldStages', () => {
  it('takes a field from the line, or from beside it under the name that it has there', () => {
    expect(logFieldStages({ fingerprint: 'err.fingerprint' })).toBe(
      'json fingerprint="err.fingerprint" | label_format fingerprint=`{{ or .fingerprint .err_fingerprint }}`' +
        ' | drop __error__, __error_details__',
    );
  });

  it('knows the names that OpenTelemetry has for errors, and those that are the same in both', () => {
    expect(logFieldStages({ type: 'err.type', module: 'module' })).toBe(
      'json type="err.type", module="module" | label_format type=`{{ or .type .exception_type }}`, module=`{{ .module }}`' +
        ' | drop __error__, __error_details__',
    );
  });
});
