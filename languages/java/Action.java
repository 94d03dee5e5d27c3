package polyglot;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.ToNumberPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;
import java.util.function.ToIntFunction;

/** The public static methods of one name. Which of them runs is for the type of each value to say. */
final class Action {
  private static final Gson GSON =
      new GsonBuilder()
          .serializeNulls()
          .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
          .create();
  private static final int UNFIT = Integer.MAX_VALUE;

  private final Class<?> type;
  private final String method;
  private final Method ofObjects;
  private final Method ofArrays;

  private Action(Class<?> type, String method) {
    this.type = type;
    this.method = method;
    ofObjects = fittest(Action::fitForObjects);
    ofArrays = fittest(Action::fitForArrays);
  }

  /** @throws NoSuchMethodException if none takes what an action gets */
  static Action of(Class<?> type, String method) throws NoSuchMethodException {
    Action action = new Action(type, method);
    if (action.ofObjects == null && action.ofArrays == null) throw action.missing(JsonObject.class);
    return action;
  }

  Class<?> type() {
    return type;
  }

  /** As {@link EntryPoint} reads it. */
  String name() {
    return type.getName() + "#" + method;
  }

  /** @return what the method returned, or null; an empty object where it can't return anything */
  JsonElement call(JsonElement value) throws Throwable {
    boolean isArray = value.isJsonArray();
    Method fitting = isArray ? ofArrays : ofObjects;
    if (fitting == null) throw missing(isArray ? JsonArray.class : JsonObject.class);
    try {
      Object result = fitting.invoke(null, argumentFor(fitting, value));
      return fitting.getReturnType() == void.class ? new JsonObject() : elementOf(result);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  private NoSuchMethodException missing(Class<?> parameter) {
    return new NoSuchMethodException(type.getName() + "." + method + "(" + parameter.getName() + ")");
  }

  private static Object argumentFor(Method method, JsonElement value) {
    boolean isElement = JsonElement.class.isAssignableFrom(method.getParameterTypes()[0]);
    return isElement ? value : GSON.fromJson(value, method.getGenericParameterTypes()[0]);
  }

  private static JsonElement elementOf(Object result) {
    if (result == null || result instanceof JsonElement) return (JsonElement) result;
    return GSON.toJsonTree(result);
  }

  private Method fittest(ToIntFunction<Class<?>> fit) {
    Method fittest = null;
    int best = UNFIT;
    for (Method one : type.getMethods()) {
      if (!one.getName().equals(method) || !isAction(one)) continue;
      int how = fit.applyAsInt(one.getParameterTypes()[0]);
      if (how >= best) continue;
      best = how;
      fittest = one;
    }
    if (fittest != null) fittest.setAccessible(true); // its class need not be public
    return fittest;
  }

  private static boolean isAction(Method method) {
    return Modifier.isStatic(method.getModifiers()) && method.getParameterCount() == 1;
  }

  private static int fitForObjects(Class<?> parameter) {
    if (parameter == JsonObject.class) return 0;
    if (Map.class.isAssignableFrom(parameter)) return 1;
    if (parameter == JsonElement.class) return 3;
    boolean isOwn = !parameter.isPrimitive() && !parameter.isArray() && !isOfLibrary(parameter);
    return isOwn ? 2 : UNFIT;
  }

  private static int fitForArrays(Class<?> parameter) {
    if (parameter == JsonArray.class) return 0;
    if (Collection.class.isAssignableFrom(parameter)) return 1;
    if (parameter == JsonElement.class) return 3;
    // Any program has a main(String[]).
    return parameter.isArray() && parameter != String[].class ? 2 : UNFIT;
  }

  private static boolean isOfLibrary(Class<?> type) {
    return type.getName().startsWith("java.") || JsonElement.class.isAssignableFrom(type);
  }
}
