import { describe, expect, test } from 'vitest';
import { soundCategory } from '$lib/client/urgency.ts';
import { monotonicMs, type AlarmKind } from '$lib/domain/index.ts';

const about = (rule: string, kind: AlarmKind, metric?: string) =>
  soundCategory({
    rule,
    kind,
    evidence: metric === undefined ? [] : [{ metric, value: 1, at: monotonicMs(0) }],
  });

describe('the melody of an alarm', () => {
  test.each([
    ['S1', 'physiological', 'systolic', 'cardiovascular'],
    ['S5', 'physiological', 'meanArterial', 'cardiovascular'],
    ['D1', 'physiological', 'ratePressureProduct', 'cardiovascular'],
    ['H1', 'physiological', 'heartRate', 'cardiovascular'],
    ['O2', 'physiological', 'spo2', 'oxygen'],
    ['R1', 'physiological', 'respiratoryRate', 'ventilation'],
    ['P2', 'technical', undefined, 'drug-delivery'],
    ['P4', 'advisory', 'doseRatePercent', 'drug-delivery'],
    ['T3-spo2', 'technical', 'spo2', 'equipment'],
    ['T4', 'technical', 'silentS', 'equipment'],
    ['G1', 'advisory', 'baselineSystolic', 'general'],
  ] as const)('of %s (%s, %s) is %s', (rule, kind, metric, category) => {
    expect(about(rule, kind, metric)).toBe(category);
  });

  test('of a rule that a site added is that of what it rests on', () => {
    expect(about('breathing-slow', 'physiological', 'respiratoryRate')).toBe('ventilation');
    expect(about('something-else', 'physiological')).toBe('general');
  });
});
