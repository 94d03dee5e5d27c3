import com.google.gson.JsonObject;

public class Text {
  public static String main(JsonObject args) {
    return "no object";
  }
}
