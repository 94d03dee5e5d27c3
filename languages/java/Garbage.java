package polyglot;

/** Collects what large activations left while nobody waits for an answer, and not in the midst of the next one. */
final class Garbage {
  /** A shorter line leaves so little that it may wait. */
  private static final int LARGE_LINE = 1 << 18;
  /** Half of the young generation that loop.sh asks for: the next activation finds as much room as the last ones took. */
  private static final long MUCH = 12 << 20;
  /** More than there may be in the young generation. */
  private static final int MOST_FILLED = 32 << 20;
  private static final int PIECE = 1 << 20;

  /** Seen by all threads, or the compiler would leave out what nobody sees. */
  private static volatile byte[] filling;

  /** How much was in use after it had collected. */
  private long least = used();

  void after(int bytesOfLine) {
    if (bytesOfLine < LARGE_LINE) return;
    least = Math.min(least, used());
    if (used() - least > MUCH) collect();
  }

  /** Fills the young generation: `System.gc()` would collect the old one, too, which takes many times as long. */
  private void collect() {
    long before = used();
    try {
      for (int filled = 0; filled < MOST_FILLED && used() >= before; filled += PIECE) {
        filling = new byte[PIECE];
      }
    } catch (OutOfMemoryError full) {
      // everything was collected, and it is what the action keeps
    }
    filling = null;
    least = used();
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
