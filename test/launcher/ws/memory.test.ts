import { describe, expect, test } from '@jest/globals';

import type { Launcher } from '../../support/launcher.ts';
import { opcodes, frame, RawClient } from '../../support/websocket-raw.ts';
import { Client, memoryOf, servingAction } from '../../support/websocket.ts';

/** Answers with as many bytes as it was asked for, and with its value's `n`. */
const generous = `def main(args):
    return {"n": args.get("n"), "bytes": "x" * args.get("bytes", 0)}
`;
const mebibyte = 1024 ** 2;
/** What 200 answers or messages of 1 MiB would exceed several times over. */
const flatMiB = 48;

/** Others are served as ever: 200 times 1 MiB, half of it on a WebSocket. */
async function othersAreServed(launcher: Launcher): Promise<void> {
  const other = await Client.connect(launcher);
  for (let n = 0; n < 100; n += 1) {
    expect(await other.ask({ n, bytes: mebibyte })).toMatchObject({ n });
    expect((await launcher.run({ n, bytes: mebibyte })).json).toMatchObject({ n });
  }
  await other.close();
}

/** The memory after the first large activations, which make the heap what it stays. */
async function settledMemory(launcher: Launcher): Promise<number> {
  await othersAreServed(launcher);
  return memoryOf(launcher.pid);
}

describe("The launcher's memory", () => {
  test('stays as it is when a client reads nothing of many large answers, which come once it reads', () =>
    servingAction('python', generous, async (launcher) => {
      const before = await settledMemory(launcher);
      const slow = await Client.connect(launcher);
      slow.socket.pause();
      const messages = 150;
      for (let n = 0; n < messages; n += 1) slow.send({ n, bytes: mebibyte });
      await othersAreServed(launcher);
      expect(memoryOf(launcher.pid) - before).toBeLessThan(flatMiB);
      slow.socket.resume();
      for (let n = 0; n < messages; n += 1) expect((await slow.next()).json).toMatchObject({ n });
      await slow.close();
    }));

  test('stays as it is when a client floods with large messages and reads nothing', () =>
    servingAction('python', generous, async (launcher) => {
      const padding = 'x'.repeat(mebibyte);
      const message = frame(opcodes.text, JSON.stringify({ bytes: mebibyte, padding }));
      await staysFlatUnder(launcher, message);
    }));

  test('stays as it is when a client floods with tiny messages and reads nothing', () =>
    servingAction('python', generous, async (launcher) => {
      const message = frame(opcodes.text, '{"bytes":9999}');
      await staysFlatUnder(launcher, Buffer.concat(Array<Buffer>(5000).fill(message)));
    }));

  test('stays as it is when a client floods with messages that are refused, and reads nothing', () =>
    servingAction('python', generous, async (launcher) => {
      const message = frame(opcodes.text, '');
      await staysFlatUnder(launcher, Buffer.concat(Array<Buffer>(5000).fill(message)));
    }));

  test('forgets clients that came, sent much and went without waiting', () =>
    servingAction('python', generous, async (launcher) => {
      await settledMemory(launcher);
      await guestsComeAndGo(launcher);
      const before = memoryOf(launcher.pid);
      for (let wave = 0; wave < 4; wave += 1) await guestsComeAndGo(launcher);
      expect(memoryOf(launcher.pid) - before).toBeLessThan(2 * flatMiB);
    }));

  /** Settles when all that they sent has been worked on. */
  async function guestsComeAndGo(launcher: Launcher): Promise<void> {
    const padding = 'x'.repeat(mebibyte);
    const message = frame(opcodes.text, JSON.stringify({ bytes: mebibyte, padding }));
    for (let n = 0; n < 50; n += 1) {
      const guest = await RawClient.open(launcher);
      await new Promise((resolve) => guest.socket.write(message, resolve));
      guest.destroy();
    }
    await othersAreServed(launcher);
  }

  async function staysFlatUnder(launcher: Launcher, bytes: Buffer): Promise<void> {
    const before = await settledMemory(launcher);
    const { socket } = await RawClient.open(launcher);
    socket.pause();
    const flood = (): void => {
      if (!socket.destroyed) socket.write(bytes, () => setImmediate(flood));
    };
    flood();
    await othersAreServed(launcher);
    expect(memoryOf(launcher.pid) - before).toBeLessThan(flatMiB);
    socket.destroy();
    expect((await launcher.run({ n: 'after' })).json).toMatchObject({ n: 'after' });
  }
});
