package polyglot;

import com.google.gson.JsonObject;

/** The action can't be started: carries the answer to the load line. */
final class Refused extends Exception {
  /** What Java itself prints before what nobody catches. */
  private static final String UNCAUGHT = "Exception in thread \"main\" ";

  private final JsonObject answer = new JsonObject();

  private Refused(String message) {
    super(message, null, false, false);
    answer.addProperty("error", message);
  }

  /** There is no such class or method, or it does not compile: what a build finds out elsewhere. */
  static Refused whileBuilding(String message) {
    Refused refused = new Refused(message);
    refused.answer.addProperty("stage", "build");
    return refused;
  }

  static Refused missing(ReflectiveOperationException thrown) {
    return whileBuilding(UNCAUGHT + thrown);
  }

  static Refused whileLoading(Throwable thrown) {
    return new Refused(UNCAUGHT + Failure.stackOf(thrown));
  }

  /** What is wrong is in the archive that was sent. */
  static Refused ofArchive(String message) {
    Refused refused = new Refused(message);
    refused.answer.addProperty("public", true);
    return refused;
  }

  JsonObject answer() {
    return answer;
  }
}
