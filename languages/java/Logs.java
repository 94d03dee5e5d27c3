package polyglot;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** stdout and stderr: in UTF-8, written line by line, or what a killed action printed would be lost. */
final class Logs {
  private final PrintStream stdout = open(FileDescriptor.out);
  private final PrintStream stderr = open(FileDescriptor.err);

  private Logs() {}

  static Logs replaceStreams() {
    Logs logs = new Logs();
    System.setOut(logs.stdout);
    System.setErr(logs.stderr);
    return logs;
  }

  /** The action may have put others in their places, or nothing at all. */
  void flush() {
    for (PrintStream stream : new PrintStream[] {System.out, System.err, stdout, stderr}) {
      if (stream != null) stream.flush();
    }
  }

  void out(String line) {
    stdout.println(line);
  }

  void err(String text) {
    stderr.print(text);
  }

  private static PrintStream open(FileDescriptor descriptor) {
    OutputStream output = new LogStream(new FileOutputStream(descriptor));
    return new PrintStream(output, true, StandardCharsets.UTF_8);
  }

  /** Can't be closed, and waits where somebody made the pipe non-blocking. */
  private static final class LogStream extends OutputStream {
    /** Up to this many bytes a pipe takes all or nothing (PIPE_BUF), so that all can be tried again. */
    private static final int PIECE = 4096;

    private final FileOutputStream output;

    LogStream(FileOutputStream output) {
      this.output = output;
    }

    @Override
    public void write(int single) throws IOException {
      write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      int end = from + length;
      for (int at = from; at < end; at += PIECE) writePiece(bytes, at, Math.min(PIECE, end - at));
    }

    private void writePiece(byte[] bytes, int from, int length) throws IOException {
      for (;;) {
        try {
          output.write(bytes, from, length);
          return;
        } catch (IOException thrown) {
          if (!isFull(thrown)) throw thrown;
          pause();
        }
      }
    }

    private static boolean isFull(IOException thrown) {
      String message = thrown.getMessage();
      return message != null && message.startsWith("Resource temporarily unavailable");
    }

    private static void pause() {
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
  }
}
