import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  archiveKind,
  contentRoot,
  unpack,
  type ArchiveLimits,
} from '../../../launcher/code/archive.ts';
import { LauncherError } from '../../../launcher/errors.ts';
import * as archives from '../../support/archives.ts';

const { paxMember, python, rawZip, tarball, tarMember, zip } = archives;
const limits: ArchiveLimits = { maxUnpackedBytes: 10_000_000, maxEntries: 10_000 };

let base: string;
let folder: string;
let canary: string;

beforeEach(() => {
  base = fs.mkdtempSync(join(tmpdir(), 'archive-test-'));
  folder = join(base, 'folder');
  canary = join(base, 'canary');
  fs.mkdirSync(folder, { mode: 0o700 });
  fs.mkdirSync(canary);
  fs.writeFileSync(join(canary, 'bird'), 'alive', { mode: 0o640 });
});

afterEach(() => {
  const outside = fs.readdirSync(base).sort();
  const bird = fs.statSync(join(canary, 'bird'));
  const kept = [fs.readdirSync(canary), fs.readFileSync(join(canary, 'bird'), 'utf8'), bird.nlink];
  fs.rmSync(base, { recursive: true });
  expect(outside).toEqual(['canary', 'folder']);
  expect(kept).toEqual([['bird'], 'alive', 1]);
  expect(bird.mode & 0o777).toBe(0o640);
});

const at = (path: string): string => join(folder, path);
const read = (path: string): string => fs.readFileSync(at(path), 'utf8');
const modeOf = (path: string): string => (fs.lstatSync(at(path)).mode & 0o7777).toString(8);

/** Resolves to the message of the refusal. */
async function refusal(bytes: Buffer, within: ArchiveLimits = limits): Promise<string> {
  const error: unknown = await unpack(bytes, folder, within).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LauncherError);
  expect(error).toMatchObject({ code: 'bad-archive' });
  return (error as LauncherError).message;
}

interface Made {
  name: string;
  data?: string;
  to?: string;
  mode?: number;
}

/** The same archive in both kinds: `to` makes a symbolic link, a closing `/` a directory. */
const makers: [string, (made: Made[]) => Buffer][] = [
  [
    'zip',
    (made) =>
      rawZip(
        made.map(({ name, data, to, mode = 0o644 }) =>
          to === undefined
            ? { name, data: data ?? '', mode: (name.endsWith('/') ? 0o040000 : 0o100000) | mode }
            : { name, data: to, mode: 0o120777 },
        ),
      ),
  ],
  [
    'tar.gz',
    (made) =>
      tarball(
        made.map(({ name, data, to, mode = 0o644 }) =>
          to === undefined
            ? {
                path: name,
                data: data ?? '',
                mode,
                type: name.endsWith('/') ? 'Directory' : 'File',
              }
            : { path: name, type: 'SymbolicLink', linkpath: to },
        ),
      ),
  ],
];

describe('the kind of an archive', () => {
  test.each([
    ['zip', 'PK\x03\x04'],
    ['zip', 'PK\x05\x06'],
    ['zip', 'PK\x07\x08rest'],
    ['tar.gz', '\x1f\x8b\x08'],
    [undefined, 'PK\x03'],
    [undefined, 'PK\x03\x06'],
    [undefined, '\x1f\x8b\x07'],
    [undefined, '#!/bin/sh'],
    [undefined, ''],
  ])('is %s for bytes that begin %j', (kind, start) => {
    expect(archiveKind(Buffer.from(start, 'latin1'))).toBe(kind);
  });

  test('that is neither is refused with the bytes it begins with', async () => {
    expect(await refusal(Buffer.from('#!/bin/sh'))).toMatch(/expected a zip or tar\.gz.*23212f62/);
    expect(await refusal(Buffer.alloc(0))).toMatch(/nothing/);
  });
});

describe.each(makers)('a %s', (_, make) => {
  test('is unpacked with its folders, made where no entry brings them', async () => {
    await unpack(
      make([
        { name: 'exec', data: 'a' },
        { name: 'x/y/z', data: 'é' },
      ]),
      folder,
      limits,
    );
    expect(read('exec')).toBe('a');
    expect(read('x/y/z')).toBe('é');
    expect(modeOf('x/y')).toBe('755');
  });

  test('may begin its names with ./ and bring its own root, whose mode stays the caller’s', async () => {
    await unpack(
      make([
        { name: './', mode: 0o777 },
        { name: './a//b', data: 'b' },
        { name: 'c/', mode: 0o750 },
      ]),
      folder,
      limits,
    );
    expect(read('a/b')).toBe('b');
    expect(modeOf('.')).toBe('700');
    expect(modeOf('c')).toBe('750');
  });

  test('keeps permissions, whatever the umask, but no setuid, setgid or sticky bit', async () => {
    const before = process.umask(0o077);
    try {
      await unpack(
        make([
          { name: 'tool', mode: 0o6755 },
          { name: 'shared', mode: 0o666 },
          { name: 'sticky/', mode: 0o1777 },
        ]),
        folder,
        limits,
      );
    } finally {
      process.umask(before);
    }
    expect(['tool', 'shared', 'sticky'].map(modeOf)).toEqual(['755', '666', '777']);
  });

  test('leaves everything readable and removable for its owner', async () => {
    await unpack(
      make([
        { name: 'd/', mode: 0o100 },
        { name: 'd/locked', data: 'x', mode: 0o040 },
      ]),
      folder,
      limits,
    );
    expect(modeOf('d')).toBe('700');
    expect(modeOf('d/locked')).toBe('640');
  });

  test('keeps symbolic links, relative, absolute and dangling', async () => {
    await unpack(
      make([
        { name: 'venv/bin/python3', to: '/usr/bin/python3' },
        { name: 'venv/bin/python', to: 'python3' },
        { name: 'venv/lib64', to: '../../../nowhere/ü' },
      ]),
      folder,
      limits,
    );
    expect(fs.readlinkSync(at('venv/bin/python3'))).toBe('/usr/bin/python3');
    expect(fs.readlinkSync(at('venv/bin/python'))).toBe('python3');
    expect(fs.readlinkSync(at('venv/lib64'))).toBe('../../../nowhere/ü');
  });

  test('lets the later of two entries with one name stand', async () => {
    await unpack(
      make([
        { name: 'file', data: 'a long first one' },
        { name: 'file', data: 'later' },
        { name: 'turned', data: 'file' },
        { name: 'turned', to: 'file' },
      ]),
      folder,
      limits,
    );
    expect(read('file')).toBe('later');
    expect(fs.readlinkSync(at('turned'))).toBe('file');
  });

  test('replaces an earlier link of the same name, never writes through it', async () => {
    await unpack(
      make([
        { name: 'bird', to: join(canary, 'bird') },
        { name: 'bird', data: 'dead', mode: 0o777 },
        { name: 'new', to: join(canary, 'new') },
        { name: 'new', data: 'mine' },
      ]),
      folder,
      limits,
    );
    expect(read('bird')).toBe('dead');
    expect(fs.lstatSync(at('new')).isFile()).toBe(true);
  });

  test.each([
    ['a file', 'escape/new', undefined],
    ['a file some folders down', 'escape/a/b/new', undefined],
    ['a folder', 'escape/new/', undefined],
    ['a link', 'escape/new', 'anywhere'],
    ['a folder in place of the link', 'escape/', undefined],
  ])('never puts %s behind a link', async (_what, name, to) => {
    const entry = to === undefined ? { name } : { name, to };
    const message = await refusal(make([{ name: 'escape', to: canary }, entry]));
    expect(message).toContain(JSON.stringify(name));
    expect(message).toMatch(
      /expected a directory at "escape", got the symbolic link of an earlier/,
    );
  });

  test('never goes through a link that points inside, nor one that comes in two steps', async () => {
    expect(
      await refusal(make([{ name: 'real/' }, { name: 'link', to: 'real' }, { name: 'link/x' }])),
    ).toMatch(/symbolic link/);
  });

  test('never turns a folder that it wrote into a link', async () => {
    const message = await refusal(
      make([
        { name: 'd/a', data: '1' },
        { name: 'd', to: canary },
        { name: 'd/bird', data: 'dead' },
      ]),
    );
    expect(message).toMatch(
      /entry "d": expected a name that is still free, got that of an earlier/,
    );
  });

  test('never turns a folder into a file, nor a file into a folder', async () => {
    expect(await refusal(make([{ name: 'd/a' }, { name: 'd' }]))).toMatch(/"d".*earlier directory/);
    expect(await refusal(make([{ name: 'f' }, { name: 'f/' }]))).toMatch(
      /file of an earlier entry/,
    );
    expect(await refusal(make([{ name: 'g' }, { name: 'g/a' }]))).toMatch(
      /"g\/a".*the file of an earlier/,
    );
  });

  test.each([
    ['/etc/evil', /a relative path/],
    ['//server/evil', /a relative path/],
    ['C:\\evil', /a relative path/],
    ['c:/evil', /a relative path/],
    ['\\evil', /a relative path/],
    ['../canary/evil', /without "\.\."/],
    ['a/../../canary/evil', /without "\.\."/],
    ['a/..', /without "\.\."/],
    ['..\\canary\\evil', /without "\.\."/],
    ['a\\..\\..\\evil', /without "\.\."/],
    ['.', /a name, got the archive’s root/],
  ])('refuses the name %j', async (name, expected) => {
    const message = await refusal(make([{ name: 'before' }, { name, data: 'evil' }]));
    expect(message).toMatch(/^Archive entry "/);
    expect(message).toMatch(expected);
    expect(fs.readdirSync(folder)).toEqual(['before']);
  });

  test('refuses more bytes than allowed, in one file or in many', async () => {
    const within = { ...limits, maxUnpackedBytes: 1000 };
    await unpack(make([{ name: 'a', data: 'x'.repeat(1000) }]), folder, within);
    expect(await refusal(make([{ name: 'b', data: 'x'.repeat(1001) }]), within)).toMatch(
      /too large: expected at most 1000 bytes, got more at entry "b"/,
    );
    const many = Array.from({ length: 50 }, (_none, i) => ({
      name: `f${i}`,
      data: 'x'.repeat(99),
    }));
    expect(await refusal(make(many), within)).toMatch(/at most 1000 bytes/);
    const large = make([{ name: 'c', data: 'x'.repeat(300_000) }]);
    expect(await refusal(large, { ...limits, maxUnpackedBytes: 200_000 })).toMatch(/"c"/);
  });

  test('refuses more entries than allowed, and more folders implied by their names', async () => {
    const within = { ...limits, maxEntries: 3 };
    const names = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
    await unpack(make(names.slice(0, 3)), folder, within);
    expect(await refusal(make(names), within)).toMatch(/at most 3 entries, got more at entry "d"/);
    expect(await refusal(make([{ name: '1/2/3/4/5' }]), within)).toMatch(/at most 3 directories/);
  });

  test('that is cut short anywhere is refused', async () => {
    const whole = make([
      { name: 'a', data: 'text '.repeat(50) },
      { name: 'b/c', data: 'x' },
      { name: 'l', to: 'a' },
    ]);
    for (let length = 4; length < whole.length; length += 1) {
      fs.rmSync(folder, { recursive: true });
      fs.mkdirSync(folder);
      expect(await refusal(whole.subarray(0, length))).toMatch(/expected|not a tar/);
    }
  });

  test('that is damaged anywhere is refused or unpacked, and never more than that', async () => {
    const whole = make([
      { name: 'a', data: 'text '.repeat(50) },
      { name: 'b/c', data: 'x' },
      { name: 'l', to: 'a' },
    ]);
    for (let index = 4; index < whole.length; index += 1) {
      fs.rmSync(folder, { recursive: true });
      fs.mkdirSync(folder);
      const bent = Buffer.from(whole);
      bent[index] = (bent[index] ?? 0) ^ (1 << (index % 8));
      const outcome: unknown = await unpack(bent, folder, limits).catch(
        (thrown: unknown) => thrown,
      );
      if (outcome !== undefined) expect(outcome).toMatchObject({ code: 'bad-archive' });
    }
  });

  test('stops when its signal is aborted, and throws the reason', async () => {
    const reason = new Error('the client left');
    const bytes = make([{ name: 'a', data: 'x' }]);
    const signal = AbortSignal.abort(reason);
    await expect(unpack(bytes, folder, limits, signal)).rejects.toBe(reason);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('of thousands of files is whole when unpack resolves', async () => {
    const made = Array.from({ length: 3000 }, (_none, i) => ({
      name: `d${i % 9}/${i}`,
      data: `${i}`,
    }));
    await unpack(make(made), folder, limits);
    expect(made.every(({ name, data }) => read(name) === data)).toBe(true);
  });

  test('keeps large files as they are', async () => {
    const data = Array.from({ length: 60_000 }, (_none, i) => `line ${i}\n`).join('');
    await unpack(
      make([
        { name: 'large', data },
        { name: 'after', data: 'x' },
      ]),
      folder,
      limits,
    );
    expect(read('large')).toBe(data);
    expect(read('after')).toBe('x');
  });
});

describe('a zip', () => {
  test('as yazl makes it is unpacked', async () => {
    const bytes = await zip(
      { 'index.js': 'main', 'lib/': '', 'lib/é.js': 'lib', empty: '' },
      0o755,
    );
    await unpack(bytes, folder, limits);
    expect([read('index.js'), read('lib/é.js'), read('empty')]).toEqual(['main', 'lib', '']);
    expect(modeOf('index.js')).toBe('755');
  });

  test('as Python makes it is unpacked, links included', async () => {
    const bytes = python(`
import io, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, 'w') as z:
    z.writestr('a/b.txt', 'stored')
    link = zipfile.ZipInfo('a/link'); link.create_system = 3; link.external_attr = 0o120777 << 16
    z.writestr(link, 'b.txt')
sys.stdout.buffer.write(out.getvalue())`);
    await unpack(bytes, folder, limits);
    expect(read('a/link')).toBe('stored');
  });

  test('without permission bits gets 0644 for files and 0755 for folders', async () => {
    await unpack(rawZip([{ name: 'd/' }, { name: 'd/f', data: 'x' }]), folder, limits);
    expect([modeOf('d'), modeOf('d/f')]).toEqual(['755', '644']);
  });

  test('that is empty unpacks to nothing', async () => {
    await unpack(rawZip([]), folder, limits);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('may separate folders by backslashes, and names may lack the UTF-8 flag', async () => {
    await unpack(
      rawZip([
        { name: 'win\\dir\\f', data: 'x' },
        { name: 'ü', flags: 0, data: 'utf-8' },
        { name: Buffer.from([0x81]), flags: 0, data: 'cp437' },
      ]),
      folder,
      limits,
    );
    expect(read('win/dir/f')).toBe('x');
    expect(fs.readdirSync(folder).sort()).toEqual(['win', 'ü']);
    expect(read('ü')).toBe('cp437');
  });

  test.each<[string, archives.ZipMember, RegExp]>([
    ['an empty name', { name: '' }, /a name, got an empty one/],
    ['a NUL in a name', { name: 'a\0b' }, /no NUL byte/],
    ['a FIFO', { name: 'f', mode: 0o010644 }, /file type 10000 \(a device, FIFO or socket\)/],
    ['a socket', { name: 'f', mode: 0o140644 }, /file type 140000/],
    ['a device', { name: 'f', mode: 0o060644 }, /file type 60000/],
    [
      'an encrypted entry',
      { name: 'f', data: 'x', flags: 0x801 },
      /no encryption, got an encrypted/,
    ],
    ['strong encryption', { name: 'f', data: 'x', flags: 0x841 }, /an encrypted one/],
    ['another compression', { name: 'f', data: 'x', method: 12 }, /method 0.*or 8.*got 12/],
    ['a false checksum', { name: 'f', data: 'x', sum: 7 }, /the checksum 7, got 8cdc1683/],
    [
      'a false checksum of a stored file',
      { name: 'f', data: 'x', method: 0, sum: 7 },
      /checksum 7/,
    ],
    [
      'a size that lies small',
      { name: 'f', data: 'x'.repeat(999), size: 5 },
      /5 bytes, as its header says, got more/,
    ],
    [
      'a size that lies large',
      { name: 'f', data: 'xyz', size: 5 },
      /5 bytes, as its header says, got 3/,
    ],
    [
      'a large size that lies small',
      { name: 'f', data: 'x'.repeat(999_999), size: 99_999 },
      /99999 bytes.*got more/,
    ],
    ['a stored size that lies', { name: 'f', data: 'xyz', method: 0, size: 5 }, /size mismatch/],
    [
      'data outside the archive',
      { name: 'f', data: 'x', offset: 99_999 },
      /its data inside the archive/,
    ],
    [
      'data that reaches past the end',
      { name: 'f', data: 'x', compressedSize: 99_999 },
      /its data inside/,
    ],
    ['a link without target', { name: 'l', mode: 0o120777 }, /a link target, got an empty one/],
    ['a NUL in a target', { name: 'l', data: 'a\0b', mode: 0o120777 }, /without NUL byte/],
    [
      'a target of megabytes',
      { name: 'l', data: 'x'.repeat(9999), mode: 0o120777 },
      /at most 4095 bytes, got 9999/,
    ],
    [
      'a target that lies small',
      { name: 'l', data: 'x'.repeat(9999), size: 9, mode: 0o120777 },
      /9 bytes/,
    ],
    [
      'a name too long for a file',
      { name: 'n'.repeat(300) },
      /file system can hold, got ENAMETOOLONG/,
    ],
    ['names behind a path too long', { name: 'n/'.repeat(5000) + 'n' }, /ENAMETOOLONG/],
  ])('is refused for %s', async (_what, member, expected) => {
    const message = await refusal(rawZip([{ name: 'first', data: '1' }, member]));
    expect(message).toMatch(expected);
    expect(message.length).toBeLessThan(500);
  });

  test('with broken compressed data is refused by the name of its entry', async () => {
    const bytes = rawZip([{ name: 'f', data: 'text '.repeat(99) }]);
    bytes.fill(0xff, 31, 36);
    expect(await refusal(bytes)).toMatch(/entry "f": expected sound compressed data, got invalid/);
  });

  test('with bytes behind its end, or without an end, is refused in plain words', async () => {
    const bytes = rawZip([{ name: 'f', data: 'x' }]);
    expect(await refusal(Buffer.concat([bytes, Buffer.from('garbage')]))).toMatch(
      /damaged: expected a sound zip, got bytes that follow its end/,
    );
    expect(await refusal(bytes.subarray(0, -30))).toMatch(/got one that is cut short/);
  });

  test('bomb stops at the limit, not at its end', async () => {
    const bytes = rawZip([{ name: 'bomb', data: Buffer.alloc(100_000_000) }]);
    expect(await refusal(bytes, { ...limits, maxUnpackedBytes: 1_000_000 })).toMatch(/too large/);
    expect(fs.statSync(at('bomb')).size).toBeLessThanOrEqual(1_000_000);
  });

  test('whose entries share one piece of data is counted as what it unpacks to', async () => {
    const members = Array.from({ length: 100 }, (_none, i) => ({
      name: `m${i}`.padEnd(4, '_'),
      data: 'x'.repeat(9999),
      offset: 0,
    }));
    const bytes = rawZip(members);
    expect(await refusal(bytes, { ...limits, maxUnpackedBytes: 500_000 })).toMatch(
      /at most 500000/,
    );
  });
});

describe('a tar.gz', () => {
  test.each(['PAX_FORMAT', 'GNU_FORMAT'])('in %s keeps long names and targets', async (format) => {
    const bytes = python(`
import io, sys, tarfile
out = io.BytesIO()
with tarfile.open(fileobj=out, mode='w:gz', format=tarfile.${format}) as t:
    f = tarfile.TarInfo('é' * 100 + '/' + 'ü' * 120 + '.txt'); f.size = 4
    t.addfile(f, io.BytesIO(b'long'))
    l = tarfile.TarInfo('link'); l.type = tarfile.SYMTYPE; l.linkname = 'ö' * 200
    t.addfile(l)
sys.stdout.buffer.write(out.getvalue())`);
    await unpack(bytes, folder, limits);
    expect(read(`${'é'.repeat(100)}/${'ü'.repeat(120)}.txt`)).toBe('long');
    expect(fs.readlinkSync(at('link'))).toBe('ö'.repeat(200));
  });

  test('as tar makes it of a folder is unpacked the same', async () => {
    fs.mkdirSync(at('in/sub'), { recursive: true });
    fs.writeFileSync(at('in/sub/f'), 'x', { mode: 0o751 });
    fs.symlinkSync('f', at('in/sub/l'));
    fs.linkSync(at('in/sub/f'), at('in/sub/h'));
    const bytes = execFileSync('tar', ['czf', '-', '-C', at('in'), '.']);
    fs.mkdirSync(at('out'));
    await unpack(bytes, at('out'), limits);
    execFileSync('diff', ['-r', at('in'), at('out')]);
    expect(modeOf('out/sub/f')).toBe('751');
    expect(fs.statSync(at('out/sub/h')).ino).toBe(fs.statSync(at('out/sub/f')).ino);
  });

  // tar's Parser cuts a name of this kind there, as C does; then it is judged like any other.
  test('may have a GNU name that goes on behind a NUL', async () => {
    const long = { path: 'L', type: 'NextFileHasLongPath' as const, data: 'a\0b\0' };
    await unpack(tarball([long, { path: 'n' }]), folder, limits);
    expect(fs.readdirSync(folder)).toEqual(['a']);
  });

  test('keeps a hard link to a file inside, which a later entry does not write through', async () => {
    await unpack(
      tarball([
        { path: 'd/f', data: 'shared' },
        { path: 'h', type: 'Link', linkpath: 'd/f' },
        { path: 'd/f', data: 'new' },
      ]),
      folder,
      limits,
    );
    expect([read('h'), read('d/f')]).toEqual(['shared', 'new']);
  });

  test.each([
    ['leaves the folder', '../canary/bird', /without "\.\.", got the target "\.\.\/canary\/bird"/],
    ['is absolute', '/etc/passwd', /a relative path, got the target/],
    ['goes through a link', 'escape/bird', /came before it, got "escape\/bird"/],
    ['goes to a link', 'tobird', /came before it/],
    ['goes to a folder', 'real', /came before it/],
    ['goes to nothing', 'missing', /came before it/],
    ['goes to itself', 'h', /got one to itself/],
  ])('is refused when a hard link %s', async (_what, target, expected) => {
    const bytes = tarball([
      { path: 'escape', type: 'SymbolicLink', linkpath: canary },
      { path: 'tobird', type: 'SymbolicLink', linkpath: join(canary, 'bird') },
      { path: 'real', type: 'Directory' },
      { path: 'f', data: 'x' },
      paxMember({ linkpath: target }),
      { path: 'h', type: 'Link', linkpath: 'f' },
      { path: 'h', data: 'dead' },
    ]);
    const message = await refusal(bytes);
    expect(message).toMatch(/^Archive entry "h"/);
    expect(message).toMatch(expected);
  });

  test.each<[string, (archives.TarMember | Buffer)[], RegExp]>([
    [
      'a character device',
      [{ path: 'n', type: 'CharacterDevice', devmaj: 1, devmin: 3 }],
      /"n".*type CharacterDevice/,
    ],
    ['a block device', [{ path: 'n', type: 'BlockDevice' }], /type BlockDevice/],
    ['a FIFO', [{ path: 'n', type: 'FIFO' }], /type FIFO/],
    ['a sparse file', [{ path: 'n', type: 'SparseFile' }], /type SparseFile/],
    [
      'a sparse file in pax',
      [paxMember({ 'GNU.sparse.major': '1' }), { path: 'n' }],
      /a sound pax header of a plain file, got the record "\d+ GNU\.sparse\.major=1"/,
    ],
    // A line break or NUL in a pax name is one that tar's Parser would cut or pass over.
    ['a line break in a pax name', [paxMember({ path: 'a\nb' }), { path: 'n' }], /a sound pax/],
    ['a NUL in a pax name', [paxMember({ path: 'a\0b' }), { path: 'n' }], /a sound pax header/],
    [
      'a NUL in a pax target',
      [{ path: 'f' }, paxMember({ linkpath: 'f\0x' }), { path: 'n', type: 'Link', linkpath: 'f' }],
      /a sound pax header/,
    ],
    ['an empty pax name', [paxMember({ path: '' }), { path: 'n' }], /path is required/],
    [
      'a pax name that leaves',
      [paxMember({ path: '../canary/x' }), { path: 'n' }],
      /without "\.\."/,
    ],
    [
      'a GNU name that leaves',
      [{ path: 'L', type: 'NextFileHasLongPath', data: '/x\0' }, { path: 'n' }],
      /a relative path/,
    ],
    [
      'a broken pax header',
      [{ path: 'P', type: 'ExtendedHeader', data: '99 path=x\n' }, { path: 'n' }],
      /a sound pax header/,
    ],
    [
      'a pax header without end',
      [{ path: 'P', type: 'ExtendedHeader', data: '0 path=x\n' }, { path: 'n' }],
      /a sound pax header/,
    ],
    [
      'a pax size that is none',
      [paxMember({ size: '-1' }), { path: 'n' }],
      /a sound pax header.*size=-1"/,
    ],
    [
      'headers too large',
      [{ path: 'P', type: 'ExtendedHeader', size: 9_999_999 }],
      /headers of at most/,
    ],
    [
      'a size past the end',
      [{ path: 'n', data: 'x', size: 99_999 }],
      /Truncated input \(needed 98816 more bytes/,
    ],
    [
      'a link without target',
      [{ path: 'f' }, { path: 'n', type: 'SymbolicLink', linkpath: '' }],
      /linkpath required/,
    ],
    // Some archivers write one with nothing behind it, and tar's Parser expects what is said.
    [
      'a hard link with a size',
      [
        { path: 'f', data: 'x' },
        { path: 'h', type: 'Link', linkpath: 'f', size: 6 },
        { path: 'n' },
      ],
      /"h": expected an empty hard link, got a size/,
    ],
    ['a second header that is none', [{ path: 'n' }, Buffer.alloc(512, 'x')], /checksum failure/],
    [
      'half a header',
      [{ path: 'n' }, tarMember({ path: 'm' }).subarray(0, 300), Buffer.alloc(12)],
      /checksum failure/,
    ],
  ])('is refused for %s', async (_what, members, expected) => {
    expect(await refusal(tarball(members))).toMatch(expected);
  });

  // tar's Parser decodes each chunk of a long name by itself: rather none than a wrong name.
  test.each([
    ['GNU', 'aa', (data: string) => tarMember({ path: 'L', type: 'NextFileHasLongPath', data })],
    ['pax', 'a', (path: string) => paxMember({ path })],
  ])('with a letter of a %s name across two chunks is refused', async (_kind, start, named) => {
    const archive = (name: string): Buffer =>
      tarball([{ path: 'first', data: Buffer.alloc(64_000) }, named(name), { path: 'n' }]);
    const name = `${start}/${`${'é'.repeat(99)}/`.repeat(4)}n`;
    await unpack(archive(`a${name}`), folder, limits);
    expect(read(`a${name}`)).toBe('');
    expect(await refusal(archive(name))).toMatch(/UTF-8|a sound pax header/);
  });

  test('that ends in the middle of a header is refused', async () => {
    const half = tarMember({ path: 'm' }).subarray(0, 300);
    expect(await refusal(tarball([{ path: 'n' }, half], Buffer.alloc(0)))).toMatch(
      /a whole tar header/,
    );
  });

  test.each([
    ['text', Buffer.from('hello')],
    ['a page of text', Buffer.alloc(2000, 'hello ')],
    ['nothing', Buffer.alloc(0)],
    ['another gzip', tarball([{ path: 'a' }])],
  ])('that is gzip of %s is said to be no tar', async (_what, data) => {
    expect(await refusal(gzipSync(data))).toBe('Archive is gzip, but not a tar archive');
  });

  test('without its closing blocks, or with more zeros behind them, is fine', async () => {
    await unpack(tarball([{ path: 'a', data: '1' }], Buffer.alloc(0)), folder, limits);
    await unpack(tarball([{ path: 'b', data: '2' }], Buffer.alloc(20_000)), folder, limits);
    expect([read('a'), read('b')]).toEqual(['1', '2']);
  });

  test('ignores what follows the gzip, as gzip does, but not a false checksum of it', async () => {
    const bytes = tarball([{ path: 'a', data: '1' }]);
    await unpack(Buffer.concat([bytes, Buffer.from('\0\0garbage')]), folder, limits);
    const bent = Buffer.from(bytes);
    bent.writeUInt32LE(7, bent.length - 8);
    expect(await refusal(bent)).toMatch(/sound gzip data, got incorrect data check/);
  });

  test.each([
    ['a file', [{ path: 'bomb', data: Buffer.alloc(100_000_000) }], Buffer.alloc(1024)],
    ['zeros behind the end', [{ path: 'a' }], Buffer.alloc(100_000_000)],
    [
      'headers',
      Array.from({ length: 9000 }, () => paxMember({ comment: 'x'.repeat(9000) })),
      Buffer.alloc(0),
    ],
    [
      'the body of a folder',
      [{ path: 'd', type: 'GNUDumpDir' as const, data: Buffer.alloc(100_000_000) }],
      Buffer.alloc(0),
    ],
  ])('bomb of %s stops at the limit', async (_what, members, end) => {
    const bytes = tarball(members, end);
    const within = { maxUnpackedBytes: 1_000_000, maxEntries: 100 };
    expect(await refusal(bytes, within)).toMatch(
      /too large|bytes of headers and padding, got more/,
    );
  });
});

describe('the content root', () => {
  test('is the only folder of a folder, one level down', async () => {
    fs.mkdirSync(at('project/only'), { recursive: true });
    expect(await contentRoot(folder)).toBe(at('project'));
  });

  test('is the folder itself when it holds anything else', async () => {
    expect(await contentRoot(folder)).toBe(folder);
    fs.symlinkSync(canary, at('link'));
    expect(await contentRoot(folder)).toBe(folder);
    fs.rmSync(at('link'));
    fs.writeFileSync(at('file'), '');
    expect(await contentRoot(folder)).toBe(folder);
    fs.mkdirSync(at('project'));
    expect(await contentRoot(folder)).toBe(folder);
  });
});
