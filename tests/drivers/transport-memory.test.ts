import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { LinkFailure } from '$drivers/link.ts';
import { connectedPair, memoryWire, type MemoryEnd } from '$drivers/transport/memory.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

function listen(end: MemoryEnd) {
  const heard = { bytes: [] as number[], isOver: false };
  end.bytes$.subscribe({ next: (more) => heard.bytes.push(...more), complete: () => (heard.isOver = true) });
  return heard;
}

describe('a connected pair', () => {
  test('carries bytes both ways, before send returns', () => {
    const [near, far] = connectedPair();
    const [nearHeard, farHeard] = [listen(near), listen(far)];
    void near.send(bytes(1, 2));
    void far.send(bytes(3));
    expect([farHeard.bytes, nearHeard.bytes]).toEqual([[1, 2], [3]]);
  });

  test('keeps bytes until somebody listens', () => {
    const [near, far] = connectedPair();
    void far.send(bytes(1));
    void far.send(bytes(2));
    expect(listen(near).bytes).toEqual([1, 2]);
  });

  test('hands over copies', () => {
    const [near, far] = connectedPair();
    const sent = bytes(1);
    void near.send(sent);
    sent[0] = 9;
    expect(listen(far).bytes).toEqual([1]);
  });

  test('with a scheduler delivers in its tasks, in order, the end last', () => {
    const scheduler = new VirtualTimeScheduler();
    const [near, far] = connectedPair(scheduler);
    const heard = listen(far);
    void near.send(bytes(1));
    void near.send(bytes(2));
    near.close();
    expect(heard).toEqual({ bytes: [], isOver: false });
    scheduler.flush();
    expect(heard).toEqual({ bytes: [1, 2], isOver: true });
  });

  test('after one end has closed, the other is told and can send no more', async () => {
    const [near, far] = connectedPair();
    const heard = listen(far);
    near.close();
    expect(heard.isOver).toBe(true);
    await expect(far.send(bytes(1))).rejects.toMatchObject({ why: 'closed' });
    await expect(near.send(bytes(1))).rejects.toBeInstanceOf(LinkFailure);
  });
});

describe('a memory wire', () => {
  test('makes a fresh pair for each connection and announces its far end first', () => {
    const wire = memoryWire();
    const order: string[] = [];
    wire.connections$.subscribe(() => order.push('far'));
    for (let i = 0; i < 2; i++) wire.connect().subscribe(() => order.push('near'));
    expect(order).toEqual(['far', 'near', 'far', 'near']);
  });

  test('fails the link when the far end hangs up, and tells the far end when the near one closes', () => {
    const wire = memoryWire();
    const ends: MemoryEnd[] = [];
    wire.connections$.subscribe((end) => ends.push(end));
    const failures: unknown[] = [];
    wire.connect().subscribe({ error: (error: unknown) => failures.push(error) });
    const closing = wire.connect().subscribe();
    ends[0]?.close();
    expect(failures).toMatchObject([{ why: 'closed', message: 'The device closed the connection.' }]);
    const heard = ends[1] && listen(ends[1]);
    closing.unsubscribe();
    expect(heard?.isOver).toBe(true);
  });
});
