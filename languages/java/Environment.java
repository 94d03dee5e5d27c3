package polyglot;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The `__OW_*` variables of the running activation, over the ones that were there after loading. */
final class Environment {
  private static final String PREFIX = "__OW_";
  private static final Map<String, String> variables = writable();

  private final Map<String, String> loaded = new HashMap<>();
  private Map<String, String> given = Map.of();

  Environment() {
    variables.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) loaded.put(name, value);
        });
  }

  /** Sets what `value.env` brought. */
  static void add(JsonObject env) {
    for (Map.Entry<String, JsonElement> entry : env.entrySet()) {
      set(entry.getKey(), entry.getValue().getAsString());
    }
  }

  /** @param context the line of an activation, without its value */
  void enter(JsonObject context) {
    Map<String, String> entering = new HashMap<>();
    for (Map.Entry<String, JsonElement> entry : context.entrySet()) {
      JsonElement value = entry.getValue();
      if (value.isJsonNull()) continue;
      String name = PREFIX + entry.getKey().toUpperCase(Locale.ROOT);
      entering.put(name, value.isJsonPrimitive() ? value.getAsString() : value.toString());
    }
    for (String name : given.keySet()) {
      if (!entering.containsKey(name)) set(name, loaded.get(name));
    }
    entering.forEach(Environment::set);
    given = entering;
  }

  private static void set(String name, String value) {
    try {
      if (value == null) variables.remove(name);
      else if (!value.equals(variables.get(name))) variables.put(name, value);
    } catch (IllegalArgumentException refused) {
      // an environment can't hold it: NUL, or `=` in a name
    }
  }

  /** What is behind `System.getenv()`; a ProcessBuilder's own map is made of it, too. (loop.sh opens java.util.) */
  @SuppressWarnings("unchecked")
  private static Map<String, String> writable() {
    try {
      Map<String, String> unmodifiable = System.getenv();
      Field behind = unmodifiable.getClass().getDeclaredField("m");
      behind.setAccessible(true);
      return (Map<String, String>) behind.get(unmodifiable);
    } catch (ReflectiveOperationException thrown) {
      throw new LinkageError("This Java hides its environment", thrown);
    }
  }
}
