package polyglot;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Lines that end in LF alone; each one stands in {@link #bytes} until the next is asked for. */
final class Lines {
  private static final int USUAL = 1 << 16;
  /** How much is read at a time: Java allocates room for all that it is let read, each time. */
  private static final int PIECE = 1 << 16;
  /** A buffer that grew beyond this is not kept. */
  private static final int MOST_KEPT = 1 << 22;

  private final InputStream input;
  private byte[] bytes = new byte[USUAL];
  private int start; // of the line
  private int end; // of the line, without its LF
  private int filled; // of what was read

  Lines(InputStream input) {
    this.input = input;
  }

  byte[] bytes() {
    return bytes;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  /** Whether the next line would not have to be waited for. */
  boolean isNextThere() throws IOException {
    return filled > end || input.available() > 0;
  }

  /** @return whether there was one more */
  boolean next() throws IOException {
    forget();
    int searched = 0;
    for (;;) {
      for (; searched < filled; searched += 1) {
        if (bytes[searched] != '\n') continue;
        end = searched;
        return true;
      }
      if (filled == bytes.length) bytes = Arrays.copyOf(bytes, 2 * bytes.length);
      int count = input.read(bytes, filled, Math.min(PIECE, bytes.length - filled));
      if (count < 0) return false;
      filled += count;
    }
  }

  /** Moves what follows the line that was to the beginning. */
  private void forget() {
    int from = Math.min(end + 1, filled);
    int rest = filled - from;
    byte[] target = bytes.length > MOST_KEPT && rest < USUAL ? new byte[USUAL] : bytes;
    System.arraycopy(bytes, from, target, 0, rest);
    bytes = target;
    filled = rest;
    start = 0;
    end = -1;
  }
}
