import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Heartbeat } from '../../electron/main/heartbeat.ts';

describe('the heartbeat', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets a service live that answers, however long', () => {
    const silence = vi.fn();
    const heartbeat: Heartbeat = new Heartbeat((beat) => heartbeat.answered(beat), silence);
    vi.advanceTimersByTime(3_600_000);
    expect(silence).not.toHaveBeenCalled();
    heartbeat.stop();
  });

  it('gives up once on one that has stopped answering, and not before ten beats', () => {
    const silence = vi.fn();
    new Heartbeat(() => undefined, silence).opened();
    vi.advanceTimersByTime(10_500);
    expect(silence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(silence).toHaveBeenCalledOnce();
  });

  it('is patient while the office is being opened, but not for ever', () => {
    const silence = vi.fn();
    new Heartbeat(() => undefined, silence);
    vi.advanceTimersByTime(115_000);
    expect(silence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(silence).toHaveBeenCalledOnce();
  });

  it('forgives beats that were answered late', () => {
    const silence = vi.fn();
    const beats: number[] = [];
    const heartbeat = new Heartbeat((beat) => beats.push(beat), silence);
    heartbeat.opened();
    vi.advanceTimersByTime(9_000);
    for (const beat of beats) heartbeat.answered(beat);
    vi.advanceTimersByTime(9_000);
    expect(silence).not.toHaveBeenCalled();
    heartbeat.stop();
  });
});
