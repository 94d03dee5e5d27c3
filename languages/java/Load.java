package polyglot;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;

/** The load line: which code, and what of it is the action. */
final class Load {
  private final Path folder;
  private final Path entry;
  private final String main;
  private final boolean isInline;
  private final JsonObject env;

  private Load(Path folder, Path entry, String main, boolean isInline, JsonObject env) {
    this.folder = folder;
    this.entry = entry;
    this.main = main;
    this.isInline = isInline;
    this.env = env;
  }

  static Load ofLine(Lines lines) {
    JsonObject line = LineParser.parse(lines);
    JsonElement env = line.get("env");
    return new Load(
        Path.of(line.get("folder").getAsString()),
        Path.of(line.get("entry").getAsString()),
        line.get("main").getAsString(),
        line.get("inline").getAsBoolean(),
        env.isJsonObject() ? env.getAsJsonObject() : new JsonObject());
  }

  /** What {@link Build} made. */
  static Load ofBuilt(String folder) {
    return new Load(Path.of(folder), Path.of(folder), EntryPoint.DEFAULT, false, new JsonObject());
  }

  /** Loads the code, and runs what is static in its class. */
  Action action() throws Refused {
    try {
      Environment.add(env);
      Code code = isInline ? Code.ofFile(entry) : Code.ofFolder(folder, entry);
      Action action = EntryPoint.parse(main).find(code);
      Thread.currentThread().setContextClassLoader(code.loader);
      Class.forName(action.type().getName(), true, code.loader);
      return action;
    } catch (Refused refused) {
      throw refused;
    } catch (Throwable thrown) {
      throw Refused.whileLoading(thrown);
    }
  }
}
