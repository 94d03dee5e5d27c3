import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { cpanMirror, gemRepository, rocksServer } from '../support/registries.ts';

type Files = Readonly<Record<string, string>>;

/** An action whose dependencies have to be installed, with one that its language's own installer finds. */
export interface Dependent {
  readonly language: string;
  /** Tells whether the installer is here. */
  readonly installer: readonly string[];
  /** Whether it asks a registry in the network. */
  readonly fromNetwork: boolean;
  /** Its tools lie in the home: those of rustup do. */
  readonly livesAtHome?: boolean;
  /** What is made in a folder for it, and the environment in which the installer finds that. */
  readonly registryIn?: (folder: string) => Readonly<Record<string, string>>;
  readonly files: Files;
  /** In the place of those: it declares what is nowhere. */
  readonly nowhere: Files;
  /** What it answers. */
  readonly answer: unknown;
  /** How an init fails without the dependency. */
  readonly lacking: RegExp;
  /** The installer's own words about what is nowhere. */
  readonly words: RegExp;
  /** Programs that there are, where the installer is missing. */
  readonly programs: readonly string[];
  /** An option of the language's interpreter that hides the installer. */
  readonly hides?: readonly [interpreter: string, option: string];
  /** The Debian package that then is asked for. */
  readonly package: string;
}

const cargo = (dependency: string): string =>
  `[package]\nname = "action"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n${dependency}\n`;
const pom = (artifact: string, version: string): string =>
  `<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId><version>1</version>
<dependencies><dependency><groupId>commons-codec</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency></dependencies></project>\n`;
const gomod = (module: string): string => `module action\n\ngo 1.18\n\nrequire ${module}\n`;
const composer = (name: string): string =>
  JSON.stringify({
    repositories: [
      { type: 'path', url: './snow', options: { symlink: false } },
      { 'packagist.org': false },
    ],
    require: { [name]: '*' },
  });
const rockspec = (name: string): string => `package = "action"
version = "1.0-1"
source = { url = "." }
dependencies = { "lua >= 5.4", "${name}" }
build = { type = "none" }
`;

export const dependents: readonly Dependent[] = [
  {
    language: 'go',
    installer: ['go', 'version'],
    fromNetwork: true,
    files: {
      'go.mod': gomod('github.com/google/uuid v1.6.0'),
      'main.go':
        'package main\n\nimport "github.com/google/uuid"\n\nfunc Main() map[string]any { return map[string]any{"id": uuid.Max.String()} }\n',
    },
    nowhere: { 'go.mod': gomod('github.com/google/uuid v1.999.0') },
    answer: { id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' },
    lacking: /main\.go:3:8: .*github\.com\/google\/uuid[^]*OW_INSTALL=1/,
    words: /go\.mod could not[^]*github\.com\/google\/uuid@v1\.999\.0: /,
    programs: [],
    package: 'golang-go',
  },
  {
    language: 'java',
    installer: ['mvn', '--version'],
    fromNetwork: true,
    files: {
      'pom.xml': pom('commons-codec', '1.16.0'),
      'src/main/java/Hello.java':
        'import com.google.gson.JsonObject;\nimport org.apache.commons.codec.binary.Hex;\n\n' +
        'public class Hello { public static JsonObject main(JsonObject args) {\n' +
        '  args.addProperty("hex", Hex.encodeHexString(new byte[] {1, 10})); return args; } }\n',
    },
    nowhere: { 'pom.xml': pom('no-such-artifact', '1.0') },
    answer: { hex: '010a' },
    lacking: /src\/main\/java\/Hello\.java:2: error: package org\.apache\.commons\.codec\.binary/,
    words: /pom\.xml could not[^]*ERROR[^]*commons-codec:no-such-artifact:jar:1\.0/,
    programs: [],
    package: 'maven',
  },
  {
    language: 'lua',
    installer: ['luarocks', '--version'],
    fromNetwork: false,
    registryIn(folder: string): Record<string, string> {
      const LUAROCKS_CONFIG = join(folder, 'config.lua');
      writeFileSync(LUAROCKS_CONFIG, `rocks_servers = { "${rocksServer(folder)}" }\n`);
      return { LUAROCKS_CONFIG };
    },
    files: {
      'action-1.0-1.rockspec': rockspec('snow'),
      'main.lua': 'local snow = require "snow"\nfunction main() return snow end\n',
    },
    nowhere: { 'action-1.0-1.rockspec': rockspec('no-such-rock') },
    answer: { man: '☃' },
    lacking: /main\.lua:1: module 'snow' not found/,
    words: /action-1\.0-1\.rockspec could not[^]*Could not satisfy dependency no-such-rock/,
    programs: ['sh'],
    package: 'luarocks liblua5.4-dev',
  },
  {
    language: 'node',
    installer: ['npm', '--version'],
    fromNetwork: true,
    files: {
      'package.json': '{"dependencies":{"ms":"2.1.3"}}',
      'index.js': 'const ms = require("ms"); exports.main = () => ({ ms: ms("2 days") });\n',
    },
    nowhere: { 'package.json': '{"dependencies":{"ms":"2.999.0"}}' },
    answer: { ms: 172800000 },
    lacking: /Cannot find module 'ms'/,
    words: /package\.json could not[^]*No matching version found for ms@2\.999\.0/,
    programs: [],
    package: 'npm',
  },
  {
    language: 'perl',
    installer: ['cpanm', '--version'],
    fromNetwork: false,
    registryIn: (folder) => ({
      PERL_CPANM_OPT: `--mirror file://${cpanMirror(folder)} --mirror-only`,
    }),
    files: {
      cpanfile: "requires 'Snow', '1.0';\n",
      'main.pl': 'use Snow;\nsub main { return { man => Snow::man() } }\n',
    },
    nowhere: { cpanfile: "requires 'No::Such::Module';\n" },
    answer: { man: '☃' },
    lacking: /Can't locate Snow\.pm in @INC/,
    words: /cpanfile could not[^]*Couldn't find module or a distribution No::Such::Module/,
    programs: ['perl'],
    package: 'cpanminus',
  },
  {
    language: 'php',
    installer: ['composer', '--version'],
    fromNetwork: false,
    registryIn: () => ({ COMPOSER_ALLOW_SUPERUSER: '1' }),
    files: {
      'composer.json': composer('acme/snow'),
      'snow/composer.json':
        '{"name":"acme/snow","version":"1.0.0","autoload":{"files":["snow.php"]}}',
      'snow/snow.php': '<?php function man() { return "☃"; }',
      'index.php':
        '<?php $man = man(); function main($args) { global $man; return ["man" => $man]; }',
    },
    nowhere: { 'composer.json': composer('acme/no-such-package') },
    answer: { man: '☃' },
    lacking: /Call to undefined function man\(\)/,
    words: /composer\.json could not[^]*acme\/no-such-package.* could not be found/,
    programs: [],
    package: 'composer',
  },
  {
    language: 'python',
    installer: ['python3', '-m', 'pip', '--version'],
    fromNetwork: true,
    files: {
      'requirements.txt': 'roman==4.2\n',
      '__main__.py': 'import roman\ndef main(args):\n    return {"year": roman.toRoman(2026)}\n',
    },
    nowhere: { 'requirements.txt': 'roman==4.999\n' },
    answer: { year: 'MMXXVI' },
    lacking: /No module named 'roman'/,
    words: /requirements\.txt could not[^]*No matching distribution found for roman==4\.999/,
    programs: [],
    hides: ['python3', '-S'],
    package: 'python3-pip',
  },
  {
    language: 'ruby',
    installer: ['ruby', '-rbundler', '-e', '1'],
    fromNetwork: false,
    registryIn: (folder) => ({ GEMS: gemRepository(folder) }),
    files: {
      Gemfile: 'source "file://#{ENV["GEMS"]}"\ngem "snow"\n',
      'main.rb':
        'require "snow"\ndef main(args) = { man: Snow::MAN, bundler: defined?(Bundler) }\n',
    },
    nowhere: { Gemfile: 'source "file://#{ENV["GEMS"]}"\ngem "no-such-gem"\n' },
    answer: { man: '☃', bundler: null },
    lacking: /cannot load such file -- snow/,
    words: /Gemfile could not[^]*Could not find gem 'no-such-gem'/,
    programs: [],
    hides: ['ruby', '--disable-gems'],
    package: 'ruby-bundler',
  },
  {
    language: 'rust',
    installer: ['cargo', '--version'],
    fromNetwork: true,
    livesAtHome: true,
    files: {
      'Cargo.toml': cargo('hex = "0.4"'),
      'src/lib.rs':
        'use std::collections::BTreeMap;\n\npub fn main(_: BTreeMap<String, u8>) -> Vec<String> { vec![hex::encode([1, 10])] }\n',
    },
    nowhere: { 'Cargo.toml': cargo('hex = "0.999"') },
    answer: ['010a'],
    lacking: /no matching package[^]*`hex`[^]*OW_INSTALL=1/,
    words: /Cargo\.toml could not[^]*`hex = "\^0\.999"`/,
    programs: [],
    package: 'cargo',
  },
];
