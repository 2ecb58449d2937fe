import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The Java client under load. Takes the file of its streams, then commands on stdin, one JSON
 * document a line, and answers each with one line: {"ok": ...} or {"error": "..."}.
 */
public final class Main {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        JsonNode settings = JSON.readTree(Path.of(arguments[0]).toFile());
        List<Stream> streams = new ArrayList<>();
        Admin admin = new Admin(settings.get("admin"));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            ObjectNode answer = JSON.createObjectNode();
            try {
                answer.set("ok", answer(JSON.readTree(line), settings, streams, admin));
            } catch (Exception error) {
                answer.put("error", String.valueOf(error));
            }
            System.out.println(JSON.writeValueAsString(answer));
            System.out.flush();
        }
        // The other end is gone, and with it the interest in what is still in flight.
        Runtime.getRuntime().halt(0);
    }

    private static JsonNode answer(
            JsonNode command, JsonNode settings, List<Stream> streams, Admin admin)
            throws Exception {
        switch (command.get("do").asText()) {
            case "start":
                for (JsonNode item : settings.get("streams")) {
                    streams.add(new Stream(item));
                }
                return JSON.nullNode();
            case "go":
                streams.forEach(Stream::go);
                return JSON.nullNode();
            case "settle":
                long deadline = System.currentTimeMillis() + command.get("ms").asLong();
                streams.forEach(Stream::pause);
                for (Stream stream : streams) {
                    stream.drain(deadline);
                }
                return reports(streams, true);
            case "progress":
                return reports(streams, false);
            case "create":
                admin.create(command.get("topics"), command.get("partitions").asInt());
                return JSON.nullNode();
            case "reassign":
                admin.reassign(command.get("topics"), command.get("replicas"));
                return JSON.nullNode();
            case "leaders":
                return JSON.valueToTree(admin.leaders(command.get("topics")));
            default:
                throw new IllegalArgumentException("no command " + command);
        }
    }

    private static JsonNode reports(List<Stream> streams, boolean end) {
        ArrayNode reports = JSON.createArrayNode();
        streams.forEach(stream -> reports.add(stream.report(JSON.createObjectNode(), end)));
        return reports;
    }

    private Main() {}
}
