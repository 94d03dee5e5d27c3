package polyglot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Compiles ahead of time: `Build PREPARED main srcDir binDir`. Prints nothing but errors. What is made is a folder of classes,
 * whose manifest remembers main; any launcher can start its `exec`, for it has a copy of the loop.
 */
public final class Build {
  private static final String LOOP = "exec.loop";
  private static final String EXEC =
      "#!/bin/sh\n"
          + "export PATH=\"${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}\"\n"
          + "export HOME=\"${HOME:-/}\" LANG=\"${LANG:-C.UTF-8}\" TMPDIR=\"${TMPDIR:-/tmp}\"\n"
          + "cd \"${0%/*}/\" && exec sh ./exec.loop/loop.sh polyglot.Loop \"$PWD\"\n";

  private final Path from;
  private final Path to;

  private Build(Path from, Path to) {
    this.from = from;
    this.to = to;
  }

  public static void main(String[] words) throws IOException {
    try {
      Build build = new Build(Path.of(words[2]), Path.of(words[3]));
      build.addCode(words[1]);
      build.addLoop(Path.of(words[0]));
    } catch (Refused refused) {
      System.err.println(refused.getMessage().strip());
      System.exit(1);
    }
  }

  private void addCode(String main) throws IOException, Refused {
    Code code = Code.ofFolder(from, from);
    Action action = EntryPoint.parse(main).find(code);
    for (Map.Entry<String, byte[]> entry : code.classes.entrySet()) {
      write(entry.getKey().replace('.', '/') + ".class", entry.getValue());
    }
    copy(from.resolve(Code.RESOURCES), file -> true);
    copy(from, Code::isJar);
    addManifest(action.name());
  }

  private void addManifest(String main) throws IOException {
    Manifest given = Code.manifestIn(from);
    Manifest manifest = given == null ? new Manifest() : given;
    Attributes attributes = manifest.getMainAttributes();
    attributes.putIfAbsent(Name.MANIFEST_VERSION, "1.0");
    attributes.put(Name.MAIN_CLASS, main);
    Path file = to.resolve(JarFile.MANIFEST_NAME);
    Files.createDirectories(file.getParent());
    try (OutputStream output = Files.newOutputStream(file)) {
      manifest.write(output);
    }
  }

  private void addLoop(Path prepared) throws IOException {
    for (String name : new String[] {"loop.sh", "loop.jar", "gson.jar"}) {
      write(LOOP + "/" + name, Files.readAllBytes(prepared.resolve(name)));
    }
    write("exec", EXEC.getBytes(UTF_8));
    to.resolve("exec").toFile().setExecutable(true, false);
  }

  private void copy(Path folder, java.util.function.Predicate<Path> isWanted) throws IOException {
    if (!Files.isDirectory(folder)) return;
    try (Stream<Path> files = Files.walk(folder).filter(Files::isRegularFile).filter(isWanted)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        write(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = to.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
