package polyglot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles in this process and in memory: javac is loaded, and warm, before there is code. */
final class Compiler {
  private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
  private static final String MISSING =
      "This Java has no compiler (module jdk.compiler), so that the action has to come compiled:"
          + " as a jar, or as `polyglot-launcher compile` makes it.";
  /** Keeps what it knows of Java's own classes and of jars. */
  private static StandardJavaFileManager files;

  private Compiler() {}

  /**
   * @return the classes, by name
   * @throws Refused with what javac prints
   */
  static synchronized Map<String, byte[]> compile(List<Source> sources, List<Path> classPath)
      throws IOException, Refused {
    if (sources.isEmpty()) return Map.of();
    if (JAVAC == null) throw Refused.whileBuilding(MISSING);
    if (files == null) files = JAVAC.getStandardFileManager(null, Locale.ROOT, UTF_8);
    files.setLocationFromPaths(StandardLocation.CLASS_PATH, withOwn(classPath));
    Classes classes = new Classes(files);
    StringWriter errors = new StringWriter();
    List<String> options = List.of("-g", "-parameters", "-Xlint:none");
    boolean done = JAVAC.getTask(errors, classes, null, options, null, sources).call();
    if (!done) throw Refused.whileBuilding(errors.toString());
    return classes.all();
  }

  private static List<Path> withOwn(List<Path> classPath) {
    List<Path> all = new ArrayList<>(classPath);
    for (String own : System.getProperty("java.class.path").split(File.pathSeparator)) {
      all.add(Path.of(own));
    }
    return all;
  }

  /** Takes what is compiled. */
  private static final class Classes extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> outputs = new HashMap<>();

    Classes(JavaFileManager files) {
      super(files);
    }

    Map<String, byte[]> all() {
      Map<String, byte[]> all = new HashMap<>();
      outputs.forEach((name, output) -> all.put(name, output.toByteArray()));
      return all;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      outputs.put(name, output);
      return new SimpleJavaFileObject(URI.create("class:///"), kind) {
        @Override
        public OutputStream openOutputStream() {
          return output;
        }
      };
    }
  }
}
