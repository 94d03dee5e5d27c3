package polyglot;

import com.google.gson.JsonObject;
import java.io.OutputStream;

/** Compiles and runs a small action while there is none yet: the first time of all that costs most. */
final class WarmUp {
  private static final String SOURCE =
      "import com.google.gson.JsonObject;\n"
          + "public class Hello {\n"
          + "  public static JsonObject main(JsonObject args) {\n"
          + "    String name = args.has(\"name\") ? args.get(\"name\").getAsString() : \"you\";\n"
          + "    JsonObject greeting = new JsonObject();\n"
          + "    greeting.addProperty(\"greeting\", \"Hello \" + name + \"!\");\n"
          + "    return greeting;\n"
          + "  }\n"
          + "}\n";
  /** The second time takes a fifth of the first, and a third one costs more than it brings. */
  private static final int TIMES = 2;

  private static volatile boolean isNeeded = true;

  private WarmUp() {}

  static void start() {
    Thread thread = new Thread(WarmUp::run, "warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  /** The code has come. */
  static void stop() {
    isNeeded = false;
  }

  private static void run() {
    try {
      for (int time = 0; time < TIMES && isNeeded; time += 1) {
        Code code = Code.ofText("Hello.java", SOURCE);
        new LineWriter(OutputStream.nullOutputStream())
            .write(EntryPoint.parse("main").find(code).call(new JsonObject()));
      }
    } catch (Throwable without) {
      // the action itself will tell
    }
  }
}
