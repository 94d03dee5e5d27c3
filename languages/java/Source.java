package polyglot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.SimpleJavaFileObject;

/** A source file, under the name by which its user knows it. */
final class Source extends SimpleJavaFileObject {
  private static final String ENDING = ".java";
  /** The name under which a text without a name is kept, which no user knows. */
  private static final String NAMELESS = "Main.java";
  /** What some editors begin a file with; javac takes it for a character. */
  private static final String MARK = "\uFEFF";
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "^\\s*public\\s+(?:final\\s+|abstract\\s+)*(?:class|record|enum|interface)\\s+(\\w+)",
          Pattern.MULTILINE);

  private final String name;
  private final String text;

  private Source(URI uri, String name, String text) {
    super(uri, Kind.SOURCE);
    this.name = name;
    this.text = text;
  }

  static Source of(String path, String text) {
    String name = path.equals(NAMELESS) ? nameOf(text) : path;
    // Stack traces name the file by its last segment.
    String unmarked = text.startsWith(MARK) ? text.substring(MARK.length()) : text;
    return new Source(Path.of("/", name).toUri(), name, unmarked);
  }

  static Source of(Path file) throws IOException, Refused {
    return read(file.getFileName().toString(), file);
  }

  /** All in a folder, or, in a project of Maven, its `src/main/java`. */
  static List<Source> allIn(Path folder) throws IOException, Refused {
    Path ofMaven = folder.resolve("src/main/java");
    List<Source> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Files.isDirectory(ofMaven) ? ofMaven : folder)) {
      for (Path file : (Iterable<Path>) files.filter(Source::isOne)::iterator) {
        sources.add(read(folder.relativize(file).toString(), file));
      }
    }
    return sources;
  }

  static boolean isOne(Path file) {
    return file.toString().endsWith(ENDING) && Files.isRegularFile(file);
  }

  private static Source read(String path, Path file) throws IOException, Refused {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    CharBuffer characters = CharBuffer.allocate(bytes.remaining());
    CoderResult result = UTF_8.newDecoder().decode(bytes, characters, true);
    String text = characters.flip().toString();
    if (!result.isError()) return of(path, text);
    long line = text.chars().filter(character -> character == '\n').count() + 1;
    String where = path + ":" + line;
    throw Refused.whileBuilding(where + ": error: expected UTF-8, got another encoding\n");
  }

  private static String nameOf(String text) {
    Matcher found = PUBLIC_TYPE.matcher(text);
    return found.find() ? found.group(1) + ENDING : NAMELESS;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    return text;
  }

  @Override
  public boolean isNameCompatible(String simpleName, Kind kind) {
    return true;
  }
}
