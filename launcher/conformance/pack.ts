import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** The base64 of a zip. No file of it may be executed: that is how most tools pack on other systems. */
export async function pack(files: Readonly<Record<string, string>>): Promise<string> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(text), name, { mode: 0o100000 });
  }
  zip.end();
  return (await buffer(zip.outputStream)).toString('base64');
}
