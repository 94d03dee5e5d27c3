import com.google.gson.JsonObject;

public class PrintsAtLoad {
  static {
    System.out.println("loaded");
  }

  public static JsonObject main(JsonObject args) {
    return args;
  }
}
