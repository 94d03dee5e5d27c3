import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A repository of gems with one in it, `snow` 1.0, which defines `Snow::MAN`. */
export function gemRepository(home: string): string {
  const repository = join(home, 'repository');
  mkdirSync(join(repository, 'gems'), { recursive: true });
  const fields = 's.name = s.summary = s.author = "snow"; s.version = "1.0"';
  write(home, {
    'lib/snow.rb': 'module Snow; MAN = "☃"; end',
    'snow.gemspec': `Gem::Specification.new { |s| ${fields}; s.files = ["lib/snow.rb"] }`,
  });
  const gem = (args: string[], cwd: string) => execFileSync('gem', args, { cwd, stdio: 'ignore' });
  gem(['build', 'snow.gemspec', '-o', join(repository, 'gems/snow-1.0.gem')], home);
  gem(['generate_index'], repository);
  return repository;
}

/** A mirror of CPAN with one distribution in it, `Snow` 1.0, which has a sub `Snow::man`. */
export function cpanMirror(home: string): string {
  const mirror = join(home, 'mirror');
  const distribution = 'T/TE/TESTER/Snow-1.0.tar.gz';
  write(home, {
    'Snow-1.0/Makefile.PL':
      'use ExtUtils::MakeMaker;\nWriteMakefile(NAME => "Snow", VERSION => "1.0");\n',
    'Snow-1.0/lib/Snow.pm': 'package Snow;\nour $VERSION = "1.0";\nsub man { "\\x{2603}" }\n1;\n',
  });
  const index = ['File: 02packages.details.txt', '', `Snow 1.0 ${distribution}`, ''].join('\n');
  write(mirror, {
    'modules/02packages.details.txt.gz': gzipSync(index),
    [`authors/id/${distribution}`]: execFileSync('tar', ['cz', 'Snow-1.0'], { cwd: home }),
  });
  return mirror;
}

/** A server of rocks with one in it, `snow` 1.0, a module with a field `man`. */
export function rocksServer(home: string): string {
  const server = join(home, 'server');
  const source = join(home, 'snow.lua');
  write(home, {
    'snow.lua': 'return { man = "☃" }\n',
    'server/snow-1.0-1.rockspec': `package = "snow"
version = "1.0-1"
source = { url = "file://${source}" }
build = { type = "builtin", modules = { snow = "snow.lua" } }
`,
  });
  execFileSync('luarocks-admin', ['make_manifest', server], { stdio: 'ignore' });
  return server;
}

function write(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}
