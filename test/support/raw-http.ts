import { connect, type Socket } from 'node:net';

/** What a server sent in answer to bytes, and whether it ended the connection. */
export interface RawAnswer {
  /** The statuses of all answers, the 1xx ones included. */
  statuses: number[];
  text: string;
  ended: boolean;
}

/** Sends bytes on a connection of their own and gives what came back until it was still for so long. */
export async function sendRaw(
  port: number,
  bytes: string | Buffer,
  stillMs = 400,
): Promise<RawAnswer> {
  const socket = await openSocket(port);
  let text = '';
  let ended = false;
  await new Promise<void>((resolve) => {
    let timer = setTimeout(resolve, 4 * stillMs);
    socket.on('data', (data) => {
      text += data.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(resolve, stillMs);
    });
    socket.on('close', () => {
      ended = true;
      clearTimeout(timer);
      resolve();
    });
    socket.write(bytes);
  });
  socket.destroy();
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  return { statuses, text, ended };
}

/** A connection, on which failures make no noise. */
export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  return socket;
}
