import com.google.gson.JsonObject;

public class Hello {
  public static JsonObject main(JsonObject args) {
    String name = args.has("name") ? args.get("name").getAsString() : "stranger";
    System.out.println("greeting " + name);
    JsonObject result = new JsonObject();
    result.addProperty("greeting", "Hello " + name + "!");
    return result;
  }
}
