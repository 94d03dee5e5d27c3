import com.google.gson.JsonObject;

public class Sorry {
  public static JsonObject main(JsonObject args) {
    JsonObject result = new JsonObject();
    result.addProperty("error", "sorry");
    return result;
  }
}
