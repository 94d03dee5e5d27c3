package polyglot;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;

/** Runs the action, line by line. */
final class Activations {
  private static final String NULL = "The action returned null.";

  private final Action action;
  private final Logs logs;
  private final Environment environment = new Environment();

  Activations(Action action, Logs logs) {
    this.action = action;
    this.logs = logs;
  }

  /** Whatever is thrown, running out of memory too, is this activation's failure and no other's. */
  void answer(Lines lines, LineWriter answer) throws IOException {
    try {
      JsonElement result = run(LineParser.parse(lines));
      if (result == null) {
        logs.out(NULL);
        result = errorOf(NULL);
      }
      answer.write(result);
    } catch (Throwable thrown) {
      answer.beginAgain(); // before the logs: where the launcher has gone that is no failure to tell
      logs.err(Failure.stackOf(thrown));
      answer.write(errorOf(Failure.messageOf(thrown)));
    }
  }

  private JsonElement run(JsonObject line) throws Throwable {
    JsonElement value = line.remove("value");
    environment.enter(line);
    Thread.currentThread().setContextClassLoader(action.type().getClassLoader());
    boolean isThere = value != null && !value.isJsonNull(); // other launchers send what they got
    return action.call(isThere ? value : new JsonObject());
  }

  private static JsonObject errorOf(String message) {
    JsonObject answer = new JsonObject();
    answer.addProperty("error", message);
    return answer;
  }
}
