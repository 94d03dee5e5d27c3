import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { withFolder } from './folders.ts';
import { program } from './launcher.ts';

/** A namespace starts with a loopback that is down. */
const script = `
import fcntl, http.client, socket, struct, subprocess, sys, time
SIOCSIFFLAGS, IFF_UP, PORT = 0x8914, 1, 8080
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))
launcher = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
try:
    while socket.socket().connect_ex(("127.0.0.1", PORT)) != 0:
        if launcher.poll() is not None:
            sys.exit("the launcher ended")
        time.sleep(0.01)
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    connection.request("POST", "/run", "{}")
    sys.stdout.buffer.write(connection.getresponse().read())
finally:
    launcher.terminate()
    launcher.wait()
`;

/** What an action answers to one activation where there is no network. */
export function answerOffline(archive: Buffer): Promise<unknown> {
  return withFolder({}, (folder) => {
    const OW_AUTOINIT = join(folder, 'action.zip');
    const TMPDIR = join(folder, 'tmp');
    writeFileSync(OW_AUTOINIT, archive);
    mkdirSync(TMPDIR);
    const { PATH, HOME } = process.env;
    const words = ['-n', 'python3', '-c', script, process.execPath, program];
    const env = { PATH, HOME, TMPDIR, OW_AUTOINIT };
    const { stdout, stderr } = spawnSync('unshare', words, { env, encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as unknown;
  });
}
