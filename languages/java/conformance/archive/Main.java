import com.google.gson.JsonObject;
import java.io.IOException;
import text.Reader;

public class Main {
  public static JsonObject main(JsonObject args) throws IOException {
    JsonObject result = new JsonObject();
    result.addProperty("data", Reader.read("data.txt"));
    return result;
  }
}
