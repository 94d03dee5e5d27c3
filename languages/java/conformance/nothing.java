import com.google.gson.JsonObject;

public class Nothing {
  public static void main(JsonObject args) {}
}
