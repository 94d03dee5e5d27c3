import com.google.gson.JsonElement;

public class Echo {
  public static JsonElement main(JsonElement args) {
    System.out.println("hello stdout");
    System.err.println("hello stderr");
    return args;
  }
}
