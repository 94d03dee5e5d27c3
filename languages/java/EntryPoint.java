package polyglot;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What `main` names: `package.Class#method`, of which either half may be missing. */
final class EntryPoint {
  /** What `main` is where nobody said anything, and the method where nobody said which. */
  static final String DEFAULT = "main";

  private final String type;
  private final String method;

  private EntryPoint(String type, String method) {
    this.type = type;
    this.method = method.isEmpty() ? DEFAULT : method;
  }

  static EntryPoint parse(String main) {
    int hash = main.indexOf('#');
    if (hash >= 0) return new EntryPoint(main.substring(0, hash), main.substring(hash + 1));
    return new EntryPoint(main.equals(DEFAULT) ? "" : main, DEFAULT);
  }

  /** Its class is loaded, and nothing of it has run. */
  Action find(Code code) throws Refused {
    try {
      if (!type.isEmpty()) return in(type, code);
      if (code.mainClass == null) return only(fitting(code), code);
      EntryPoint named = parse(code.mainClass);
      return new EntryPoint("", method.equals(DEFAULT) ? named.method : method).in(named.type, code);
    } catch (ClassNotFoundException | NoSuchMethodException missing) {
      throw Refused.missing(missing);
    }
  }

  private Action in(String name, Code code) throws ClassNotFoundException, NoSuchMethodException {
    return Action.of(Class.forName(name, false, code.loader), method);
  }

  private List<Action> fitting(Code code) throws ClassNotFoundException {
    if (code.classes.isEmpty()) throw new ClassNotFoundException(method);
    List<Action> fitting = new ArrayList<>();
    for (String name : code.topLevel()) {
      try {
        fitting.add(in(name, code));
      } catch (NoSuchMethodException none) {
        // it is in another one
      }
    }
    return fitting;
  }

  /** Of several classes the one that is public. */
  private Action only(List<Action> fitting, Code code) throws NoSuchMethodException, Refused {
    if (fitting.isEmpty()) {
      String classes = String.join(", ", code.topLevel());
      throw new NoSuchMethodException(method + "(com.google.gson.JsonObject) in " + classes);
    }
    List<Action> open = fitting.size() == 1 ? fitting : publicOf(fitting);
    if (open.size() == 1) return open.get(0);
    throw Refused.whileBuilding(
        fitting.stream()
            .map(Action::name)
            .sorted()
            .collect(Collectors.joining(" or ", "Say which main is meant: ", ".")));
  }

  private static List<Action> publicOf(List<Action> actions) {
    return actions.stream()
        .filter(action -> Modifier.isPublic(action.type().getModifiers()))
        .collect(Collectors.toList());
  }
}
