import com.google.gson.JsonObject;

public class Echo {
  public static JsonObject main(JsonObject value) {
    return value;
  }
}
