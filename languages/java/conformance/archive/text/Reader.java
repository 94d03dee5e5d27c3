package text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public class Reader {
  public static String read(String name) throws IOException {
    return Files.readString(Path.of(name));
  }
}
