// Makes what every Java action needs: node prepare.mjs FOLDER (docs/loop-protocol.md). A JRE is enough if it has the
// modules of the compiler, as Debian's has.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const gsonOfDebian = '/usr/share/java/gson.jar';
const gsonOfMaven = 'com.google.code.gson:gson:2.10.1';
const training = `import com.google.gson.JsonObject;

public class Hello {
  public static JsonObject main(JsonObject args) {
    System.out.println("hello");
    JsonObject result = new JsonObject();
    result.addProperty("greeting", "Hello " + args.get("name").getAsString() + "!");
    return result;
  }
}
`;

const folder = process.argv[2];
const inFolder = (name) => join(folder, name);
// They make Java say that it has picked them up.
delete process.env.JAVA_TOOL_OPTIONS;
delete process.env.JDK_JAVA_OPTIONS;

try {
  getGson();
  compileLoop();
  archiveClasses();
} catch (thrown) {
  process.stdout.write(`${thrown.message}\n`);
  process.exitCode = 1;
}

function getGson() {
  const gson = inFolder('gson.jar');
  if (existsSync(gsonOfDebian)) return copyFileSync(gsonOfDebian, gson);
  const artifact = [`-Dartifact=${gsonOfMaven}`, `-DoutputDirectory=${folder}`];
  const options = ['-q', '-B', 'dependency:copy', ...artifact, '-Dmdep.stripVersion=true'];
  const { error, status, stdout } = spawnSync('mvn', options, { encoding: 'utf8' });
  if (status === 0 && existsSync(gson)) return;
  const maven = error ? 'Maven is not installed' : `Maven could not get it: ${stdout}`;
  throw new Error(`Gson is missing: apt-get install libgoogle-gson-java (${maven})`);
}

function compileLoop() {
  const classes = inFolder('classes');
  const sources = readdirSync(here).filter((name) => name.endsWith('.java'));
  const options = ['-encoding', 'UTF-8', '-g', '-cp', inFolder('gson.jar'), '-d', classes];
  java('jdk.compiler/com.sun.tools.javac.Main', [
    ...options,
    ...sources.map((name) => join(here, name)),
  ]);
  const sameDate = '--date=1980-01-01T00:00:02Z'; // what compile makes has it, and is to be the same each time
  const jar = ['--create', sameDate, '--file', inFolder('loop.jar'), '-C', classes, '.'];
  java('jdk.jartool/sun.tools.jar.Main', jar);
  rmSync(classes, { recursive: true });
  copyFileSync(join(here, 'loop.sh'), inFolder('loop.sh'));
}

function java(module, args) {
  execFileSync('java', ['-m', module, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Lets the loop load and run an action, and keeps the classes that it took as they are in memory. */
function archiveClasses() {
  const [entry, lines, answers] = ['Hello.java', 'lines', 'answers'].map(inFolder);
  const load = { folder, entry, main: 'main', inline: true, env: {} };
  const activation = { value: { name: 'you' }, activation_id: '1' };
  writeFileSync(entry, training);
  writeFileSync(lines, [load, activation].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const stdio = [openSync(lines, 'r'), 'ignore', 'inherit', openSync(answers, 'w')];
  const option = `-XX:ArchiveClassesAtExit=${inFolder('loop.jsa')}`;
  spawnSync('sh', [inFolder('loop.sh'), option, 'polyglot.Loop'], { stdio });
  const said = readFileSync(answers, 'utf8');
  for (const file of [entry, lines, answers]) rmSync(file);
  if (said !== '{"ok":true}\n1 {"greeting":"Hello you!"}\n') {
    throw new Error(`The loop does not run: ${said}`);
  }
}
