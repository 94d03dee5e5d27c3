package polyglot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.internal.LazilyParsedNumber;

/**
 * Reads JSON in UTF-8 into Gson's elements. The launcher has judged it, so that this one only has to be fast: Gson's own
 * parser decodes all of it to characters first, and takes three times as long.
 */
final class LineParser {
  private static final Keys KEYS = new Keys();

  private final byte[] bytes;
  private int at;

  private LineParser(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
  }

  static JsonObject parse(Lines lines) {
    return (JsonObject) new LineParser(lines.bytes(), lines.start()).element();
  }

  private JsonElement element() {
    switch (peek()) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return new JsonPrimitive(text());
      case 't':
        return literal(4, new JsonPrimitive(true));
      case 'f':
        return literal(5, new JsonPrimitive(false));
      case 'n':
        return literal(4, JsonNull.INSTANCE);
      default:
        return number();
    }
  }

  private JsonObject object() {
    JsonObject object = new JsonObject();
    at += 1;
    if (closes('}')) return object;
    do {
      object.add(key(), element());
    } while (goesOn('}'));
    return object;
  }

  /** Passes the colon, too. */
  private String key() {
    peek();
    Keys.Key expected = KEYS.expected(bytes, at);
    if (expected != null) {
      at += expected.length();
      return expected.text;
    }
    int from = at;
    String text = text();
    peek();
    at += 1;
    return KEYS.keep(text, bytes, from, at);
  }

  private JsonArray array() {
    JsonArray array = new JsonArray();
    at += 1;
    if (closes(']')) return array;
    do {
      array.add(element());
    } while (goesOn(']'));
    return array;
  }

  private JsonElement literal(int length, JsonElement value) {
    at += length;
    return value;
  }

  private JsonPrimitive number() {
    int from = at;
    while (isOfNumber(bytes[at])) at += 1;
    return new JsonPrimitive(new LazilyParsedNumber(latin(from, at)));
  }

  private static boolean isOfNumber(byte one) {
    return one >= '0' && one <= '9' || one == '-' || one == '+' || one == '.' || (one | 0x20) == 'e';
  }

  private String text() {
    int from = at + 1;
    int to = from;
    int every = 0;
    byte one;
    while ((one = bytes[to]) != '"' && one != '\\') {
      every |= one;
      to += 1;
    }
    at = to;
    String plain = every >= 0 ? latin(from, at) : new String(bytes, from, at - from, UTF_8);
    if (one == '\\') return textWithEscapes(new StringBuilder(plain));
    at += 1;
    return plain;
  }

  private String textWithEscapes(StringBuilder text) {
    while (bytes[at] != '"') {
      if (bytes[at] == '\\') {
        text.append(escape());
        continue;
      }
      int from = at;
      while (bytes[at] != '"' && bytes[at] != '\\') at += 1;
      text.append(new String(bytes, from, at - from, UTF_8));
    }
    at += 1;
    return text.toString();
  }

  private char escape() {
    byte escaped = bytes[at + 1];
    at += 2;
    switch (escaped) {
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        at += 4;
        return (char) Integer.parseInt(latin(at - 4, at), 16);
      default:
        return (char) escaped;
    }
  }

  private String latin(int from, int to) {
    return new String(bytes, from, to - from, ISO_8859_1);
  }

  /** The next byte that is no white space, which is then where it stands. */
  private byte peek() {
    while (bytes[at] <= ' ' && bytes[at] >= 0) at += 1;
    return bytes[at];
  }

  private boolean closes(char bracket) {
    if (peek() != bracket) return false;
    at += 1;
    return true;
  }

  /** Passes the comma or the closing bracket. */
  private boolean goesOn(char bracket) {
    byte one = peek();
    at += 1;
    return one != bracket;
  }
}
