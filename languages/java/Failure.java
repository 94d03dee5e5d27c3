package polyglot;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** What is told of what an action threw. */
final class Failure {
  private static final String OWN = Failure.class.getPackageName() + ".";
  private static final List<String> BETWEEN =
      List.of("jdk.internal.reflect.", "java.lang.reflect.", "java.lang.Class.forName");

  private Failure() {}

  /** For the client. */
  static String messageOf(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? thrown.toString() : message;
  }

  /** For the logs: without the frames of this loop, and of the reflection by which it calls the action. */
  static String stackOf(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable one = thrown; one != null && seen.add(one); one = one.getCause()) {
      one.setStackTrace(ofAction(one.getStackTrace()));
    }
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  private static StackTraceElement[] ofAction(StackTraceElement[] frames) {
    int length = frames.length;
    while (length > 0 && isOfLoop(frames[length - 1])) length -= 1;
    return length == frames.length ? frames : Arrays.copyOf(frames, withoutCall(frames, length));
  }

  private static int withoutCall(StackTraceElement[] frames, int end) {
    int length = end;
    while (length > 0 && isBetween(frames[length - 1])) length -= 1;
    return length;
  }

  private static boolean isOfLoop(StackTraceElement frame) {
    return frame.getClassName().startsWith(OWN);
  }

  private static boolean isBetween(StackTraceElement frame) {
    String name = frame.getClassName() + "." + frame.getMethodName();
    return BETWEEN.stream().anyMatch(name::startsWith);
  }
}
