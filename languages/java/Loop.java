package polyglot;

import java.io.IOException;

/** Runs a Java action: JSON lines in on stdin, answers out on fd 3 (docs/loop-protocol.md). */
public final class Loop {
  private static final String OK = "{\"ok\":true}";

  private final Logs logs = Logs.replaceStreams();
  private final Lines lines = new Lines(Pipes.lines());
  private final LineWriter answer = new LineWriter(Pipes.answers());

  private Loop() throws IOException {}

  /** @param words none for a loop that waits for its load line, or the folder that {@link Build} made */
  public static void main(String[] words) {
    int code = 1;
    try {
      Loop loop = new Loop();
      code = words.length == 0 ? loop.runWaiting() : loop.runBuilt(words[0]);
    } catch (IOException gone) {
      // the launcher has gone: no stack in the logs
    } finally {
      System.exit(code); // threads of the action may still run
    }
  }

  private int runWaiting() throws IOException {
    if (!lines.isNextThere()) WarmUp.start();
    if (!lines.next()) return 0;
    WarmUp.stop();
    try {
      Action action = Load.ofLine(lines).action();
      acknowledge(OK);
      run(action, true);
    } catch (Refused refused) {
      refuse(refused);
    }
    return 0;
  }

  /** As an ActionLoop executable under any launcher: it says no more than it was asked to. */
  private int runBuilt(String folder) throws IOException {
    boolean isNumbered = isSet("__OW_NUMBERED_ANSWERS");
    try {
      Action action = Load.ofBuilt(folder).action();
      if (isNumbered) acknowledge("{\"ok\":true,\"numbered\":true}");
      else if (isSet("__OW_WAIT_FOR_ACK")) acknowledge(OK);
      run(action, isNumbered);
      return 0;
    } catch (Refused refused) {
      if (isNumbered) refuse(refused);
      else logs.err(refused.getMessage() + "\n");
      return 1;
    }
  }

  private static boolean isSet(String name) {
    String value = System.getenv(name);
    return value != null && !value.isEmpty();
  }

  private void run(Action action, boolean isNumbered) throws IOException {
    Activations activations = new Activations(action, logs);
    Garbage garbage = new Garbage();
    for (int number = 1; lines.next(); number += 1) {
      answer.begin(isNumbered ? number : 0);
      activations.answer(lines, answer);
      logs.flush();
      answer.end();
      garbage.after(lines.end());
    }
  }

  private void acknowledge(String ready) throws IOException {
    logs.flush();
    answer.begin().raw(ready).end();
  }

  private void refuse(Refused refused) throws IOException {
    logs.flush();
    answer.begin().write(refused.answer());
    answer.end();
  }
}
