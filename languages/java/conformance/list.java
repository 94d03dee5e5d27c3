import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

public class List {
  public static JsonArray main(JsonObject args) {
    JsonArray result = new JsonArray();
    result.add("a");
    result.add("b");
    return result;
  }
}
