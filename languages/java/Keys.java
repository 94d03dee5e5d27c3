package polyglot;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The names of members: the same ones come again and again, mostly in the same order. They are compared instead of read,
 * and are one text each.
 */
final class Keys {
  private static final int MOST = 1024;
  private static final int LONGEST = 64;

  private final Map<String, Key> known = new HashMap<>();
  private Key last = new Key(null, null);

  /** @return the one that came here the last time if the bytes go on with it, else null */
  Key expected(byte[] bytes, int at) {
    Key next = last.next;
    if (next == null || !next.standsIn(bytes, at)) return null;
    last = next;
    return next;
  }

  /** Expects the key here the next time. @return an equal text */
  String keep(String text, byte[] bytes, int from, int to) {
    Key found = known.get(text);
    if (found == null) {
      if (known.size() == MOST || to - from > LONGEST) return text;
      found = new Key(text, Arrays.copyOfRange(bytes, from, to));
      known.put(text, found);
    }
    last.next = found;
    last = found;
    return found.text;
  }

  static final class Key {
    final String text;
    /** How it stands in a line, with its colon. */
    private final byte[] written;
    /** What came after it the last time. */
    private Key next;

    private Key(String text, byte[] written) {
      this.text = text;
      this.written = written;
    }

    int length() {
      return written.length;
    }

    private boolean standsIn(byte[] bytes, int at) {
      int end = at + written.length;
      return end <= bytes.length && Arrays.equals(bytes, at, end, written, 0, written.length);
    }
  }
}
