import com.google.gson.JsonObject;

public class Unicode {
  public static JsonObject main(JsonObject args) {
    String delimiter = args.get("delimiter").getAsString();
    String winter = delimiter + " ☃ " + delimiter;
    System.out.println(winter);
    JsonObject result = new JsonObject();
    result.addProperty("winter", winter);
    return result;
  }
}
