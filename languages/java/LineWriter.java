package polyglot;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;

/** Writes lines of Gson's elements, as compact JSON in UTF-8; nulls are written, too. */
final class LineWriter {
  private static final int USUAL = 1 << 16;
  /** A buffer that grew beyond this is not kept. */
  private static final int MOST_KEPT = 1 << 22;
  /** How much is written at a time: Java allocates room for all that it is given, each time. */
  private static final int PIECE = 1 << 16;

  /** So much of a long answer goes ahead: the launcher reads it while the rest is being made. */
  private static final int AHEAD = 1 << 15;
  /** At its end it makes a line no answer. No JSON has that character. */
  private static final String TAKEN_BACK = "\u0018\n";

  private final OutputStream output;
  private byte[] bytes = new byte[USUAL];
  private int size;
  /** Of the activation that is being answered, or 0 where lines have none: those can't be taken back. */
  private int number;
  private boolean isBegun;

  LineWriter(OutputStream output) {
    this.output = output;
  }

  LineWriter begin() {
    return begin(0);
  }

  LineWriter begin(int number) {
    size = 0;
    if (bytes.length > MOST_KEPT) bytes = new byte[USUAL];
    this.number = number;
    isBegun = false;
    return number == 0 ? this : raw(Integer.toString(number)).raw(" ");
  }

  /** As if nothing had been written since it began. */
  void beginAgain() throws IOException {
    if (isBegun) {
      size = 0;
      raw(TAKEN_BACK).send();
    }
    begin(number);
  }

  void end() throws IOException {
    raw("\n").send();
  }

  /** ASCII as it is. */
  @SuppressWarnings("deprecation") // the one way to get bytes of ASCII without another array
  LineWriter raw(String ascii) {
    int length = ascii.length();
    reserve(length);
    ascii.getBytes(0, length, bytes, size);
    size += length;
    return this;
  }

  private void send() throws IOException {
    isBegun = true;
    for (int at = 0; at < size; at += PIECE) output.write(bytes, at, Math.min(PIECE, size - at));
    size = 0;
  }

  private void sendAhead() throws IOException {
    if (size >= AHEAD && number != 0) send();
  }

  /** @throws IllegalArgumentException for a number that JSON lacks */
  void write(JsonElement element) throws IOException {
    if (element instanceof JsonObject) writeObject((JsonObject) element);
    else if (element instanceof JsonArray) writeArray((JsonArray) element);
    else if (element instanceof JsonPrimitive) writePrimitive((JsonPrimitive) element);
    else raw("null");
  }

  private void writeObject(JsonObject object) throws IOException {
    byte before = '{';
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      single(before);
      writeText(entry.getKey());
      single((byte) ':');
      write(entry.getValue());
      sendAhead();
      before = ',';
    }
    raw(before == '{' ? "{}" : "}");
  }

  private void writeArray(JsonArray array) throws IOException {
    byte before = '[';
    for (JsonElement element : array) {
      single(before);
      write(element);
      sendAhead();
      before = ',';
    }
    raw(before == '[' ? "[]" : "]");
  }

  private void writePrimitive(JsonPrimitive value) {
    if (value.isString()) writeText(value.getAsString());
    else if (value.isBoolean()) raw(value.getAsBoolean() ? "true" : "false");
    else writeNumber(value.getAsNumber());
  }

  private void writeNumber(Number number) {
    String text = number.toString();
    char last = text.charAt(text.length() - 1);
    if (last < '0' || last > '9') {
      throw new IllegalArgumentException("JSON has no number " + text);
    }
    raw(text);
  }

  private void writeText(String text) {
    single((byte) '"');
    int plain = writePlain(text);
    if (plain < text.length()) writeRest(text.substring(plain));
    single((byte) '"');
  }

  /** Most texts are plain ASCII. @return how many characters of it are, from its beginning */
  private int writePlain(String text) {
    int length = text.length();
    reserve(length);
    byte[] target = bytes;
    int to = size;
    int at = 0;
    for (char one; at < length && isPlain(one = text.charAt(at)); at += 1) {
      target[to++] = (byte) one;
    }
    size = to;
    return at;
  }

  private static boolean isPlain(int one) {
    return one >= ' ' && one < 0x80 && one != '"' && one != '\\';
  }

  private void writeRest(String text) {
    int mark = size;
    boolean isInDoubt = writeEncoded(text.getBytes(UTF_8));
    if (!isInDoubt || !hasHalf(text)) return;
    size = mark;
    text.codePoints().forEach(this::writePoint);
  }

  /** @return whether there is a question mark, which half a surrogate pair is encoded as, too */
  private boolean writeEncoded(byte[] encoded) {
    boolean isInDoubt = false;
    int from = 0;
    for (int at = 0; at < encoded.length; at += 1) {
      byte one = encoded[at];
      if (one == '?') isInDoubt = true;
      if (one < 0 || isPlain(one)) continue;
      copy(encoded, from, at);
      writeEscaped(one);
      from = at + 1;
    }
    copy(encoded, from, encoded.length);
    return isInDoubt;
  }

  private static boolean hasHalf(String text) {
    return text.codePoints().anyMatch(LineWriter::isHalf);
  }

  private static boolean isHalf(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }

  private void writePoint(int point) {
    if (isHalf(point)) writeCode(point);
    else writeEncoded(Character.toString(point).getBytes(UTF_8));
  }

  private void writeEscaped(byte one) {
    int place = "\"\\\b\f\n\r\t".indexOf(one);
    if (place < 0) writeCode(one);
    else raw("\\").single((byte) "\"\\bfnrt".charAt(place));
  }

  private void writeCode(int code) {
    raw("\\u").raw(Integer.toHexString(0x10000 | code).substring(1));
  }

  private void copy(byte[] from, int start, int end) {
    int length = end - start;
    reserve(length);
    System.arraycopy(from, start, bytes, size, length);
    size += length;
  }

  private void single(byte one) {
    reserve(1);
    bytes[size++] = one;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) bytes = Arrays.copyOf(bytes, 2 * bytes.length + more);
  }
}
