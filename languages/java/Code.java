package polyglot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an action consists of: compiled sources, classes in a folder, jars beside them and in `lib`. */
final class Code {
  static final String RESOURCES = "src/main/resources";
  private static final String JAR = ".jar";

  /** What was compiled just now, by name. */
  final Map<String, byte[]> classes;
  final ClassLoader loader;
  /** What a manifest says, or null. */
  final String mainClass;

  private Code(Map<String, byte[]> classes, List<Path> classPath, Manifest manifest) {
    this.classes = classes;
    loader = new CodeLoader(classes, classPath);
    mainClass = manifest == null ? null : manifest.getMainAttributes().getValue(Name.MAIN_CLASS);
  }

  static Code ofText(String name, String text) throws IOException, Refused {
    return compiled(List.of(Source.of(name, text)), List.of(), null);
  }

  static Code ofFile(Path entry) throws IOException, Refused {
    return compiled(List.of(Source.of(entry)), classPath(entry.getParent()), null);
  }

  static Code ofFolder(Path folder, Path entry) throws IOException, Refused {
    Manifest manifest = isJar(entry) ? manifestOf(entry) : manifestIn(folder);
    return compiled(Source.allIn(folder), classPath(folder), manifest);
  }

  List<String> topLevel() {
    return classes.keySet().stream()
        .filter(name -> name.indexOf('$') < 0)
        .sorted()
        .collect(Collectors.toList());
  }

  private static Code compiled(List<Source> sources, List<Path> classPath, Manifest manifest)
      throws IOException, Refused {
    return new Code(Compiler.compile(sources, classPath), classPath, manifest);
  }

  private static List<Path> classPath(Path folder) throws IOException {
    List<Path> classPath = new ArrayList<>(List.of(folder, folder.resolve(RESOURCES)));
    classPath.addAll(jarsIn(folder));
    classPath.addAll(jarsIn(folder.resolve("lib")));
    return classPath;
  }

  private static List<Path> jarsIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) return List.of();
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Code::isJar).sorted().collect(Collectors.toList());
    }
  }

  static boolean isJar(Path file) {
    return file.toString().endsWith(JAR);
  }

  private static Manifest manifestOf(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getManifest();
    }
  }

  static Manifest manifestIn(Path folder) throws IOException {
    Path file = folder.resolve(JarFile.MANIFEST_NAME);
    if (!Files.isRegularFile(file)) return null;
    try (InputStream text = Files.newInputStream(file)) {
      return new Manifest(text);
    }
  }
}
