import com.fasterxml.jackson.databind.JsonNode;
import java.util.Properties;

/** Kafka's own settings, as the JSON file gives them. */
final class Settings {
    static Properties of(JsonNode document) {
        Properties properties = new Properties();
        document.properties().forEach(
                item -> properties.put(item.getKey(), item.getValue().asText()));
        return properties;
    }

    private Settings() {}
}
