import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { cacheFolder } from './cache.ts';
import { docker, dockerPrints, printed } from './docker.ts';

const suite = 'bookworm';
const bootstrap = ['--variant=minbase', suite];

/** What Debian's slim image has, too: no documents, no lists, no packages that are kept, no waiting for the disk. */
const files = {
  'etc/apt/apt.conf.d/slim':
    'APT::Keep-Downloaded-Packages "false";\nAcquire::Languages "none";\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n',
  'etc/dpkg/dpkg.cfg.d/fast': 'force-unsafe-io\n',
  'etc/dpkg/dpkg.cfg.d/slim': ['doc', 'info', 'locale', 'man']
    .map((folder) => `path-exclude /usr/share/${folder}/*\n`)
    .join(''),
};
const emptied = [
  ...['usr/share/doc', 'usr/share/info', 'usr/share/locale', 'usr/share/man'],
  ...['var/cache/apt', 'var/lib/apt/lists', 'var/log'],
];

/**
 * Stands for `debian:bookworm-slim`, which is not to be had without a registry. Made once, and kept as an archive.
 * @returns the image's name
 */
export async function debianImage(): Promise<string> {
  const recipe = createHash('sha256').update(JSON.stringify([bootstrap, files, emptied]));
  const tag = recipe.digest('hex').slice(0, 12);
  const name = `polyglot-test/debian:${tag}`;
  const archive = join(cacheFolder(), `debian-${tag}.tar`);
  if (await works(name)) return name;
  if (existsSync(archive)) {
    await dockerPrints('import', archive, name);
    if (await works(name)) return name;
  }
  await makeArchive(archive);
  await docker('import', archive, name);
  return name;
}

async function works(image: string): Promise<boolean> {
  const argv = ['run', '--rm', '--pull', 'never', '--network', 'none', image, 'dpkg', '--version'];
  return (await dockerPrints(...argv)).code === 0;
}

async function makeArchive(archive: string): Promise<void> {
  const folder = mkdtempSync(join(cacheFolder(), 'root-'));
  try {
    await must('debootstrap', [...bootstrap, folder]);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const paths = emptied.map((name) => join(folder, name));
    await must('find', [...paths, '-mindepth', '1', '!', '-type', 'd', '-delete']);
    await must('tar', ['--numeric-owner', '-C', folder, '-cf', `${archive}.new`, '.']);
    renameSync(`${archive}.new`, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Stands for `node:20-bookworm-slim`: the Debian above, and this machine's Node and npm where that image has them, with the
 * certificates that this machine trusts, so that npm reaches what it reaches here.
 * @returns the image's name
 */
export async function nodeImage(debian: string): Promise<string> {
  const name = `polyglot-test/node:${process.version}`;
  const folder = mkdtempSync(join(cacheFolder(), 'node-'));
  try {
    cpSync(process.execPath, join(folder, 'node'));
    cpSync(join(await must('npm', ['root', '--global']), 'npm'), join(folder, 'npm'), {
      recursive: true,
    });
    cpSync(machineCertificates(), join(folder, 'certificates.pem'));
    writeFileSync(
      join(folder, 'Dockerfile'),
      `FROM ${debian}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY certificates.pem ${certificates}
ENV NODE_EXTRA_CA_CERTS=${certificates}
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
`,
    );
    await docker('build', '--quiet', '--network', 'none', '--tag', name, folder);
    return name;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Stands for `rust:1.95-slim-bookworm`: the Debian above with a linker, and this machine's Rust.
 * @returns the image's name
 */
export async function rustImage(debian: string): Promise<string> {
  const [, version = ''] = /^rustc (\S+)/.exec(await must('rustc', ['--version'])) ?? [];
  const name = `polyglot-test/rust:${version}`;
  if ((await dockerPrints('image', 'inspect', name)).code === 0) return name;
  const sysroot = await must('rustc', ['--print', 'sysroot']);
  const folder = mkdtempSync(join(cacheFolder(), 'rust-'));
  try {
    for (const part of ['bin', 'lib']) {
      cpSync(join(sysroot, part), join(folder, part), { recursive: true });
    }
    cpSync(machineCertificates(), join(folder, 'certificates.pem'));
    writeFileSync(
      join(folder, 'Dockerfile'),
      `FROM ${debian}
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
COPY bin /usr/local/bin
COPY lib /usr/local/lib
COPY certificates.pem ${certificates}
ENV CARGO_HTTP_CAINFO=${certificates} CARGO_HOME=/usr/local/cargo
`,
    );
    await docker('build', '--quiet', '--tag', name, folder);
    return name;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const certificates = '/etc/ssl/certs/ca-certificates.crt';

function machineCertificates(): string {
  return process.env['NODE_EXTRA_CA_CERTS'] ?? certificates;
}

async function must(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await printed(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout.trim();
}
