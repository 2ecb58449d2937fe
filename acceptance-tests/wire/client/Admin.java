import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/** What an operator does to topics, through the same path as everybody. */
final class Admin {
    private final org.apache.kafka.clients.admin.Admin client;

    Admin(JsonNode settings) {
        client = org.apache.kafka.clients.admin.Admin.create(Settings.of(settings));
    }

    void create(JsonNode topics, int partitions) throws Exception {
        List<NewTopic> wanted = new ArrayList<>();
        topics.forEach(name -> wanted.add(new NewTopic(name.asText(), partitions, (short) 3)));
        client.createTopics(wanted).all().get();
    }

    /** Gives partition n the nth list of replicas, its first the leader; ends when it is so. */
    void reassign(JsonNode topics, JsonNode replicas) throws Exception {
        Map<TopicPartition, Optional<NewPartitionReassignment>> wanted = new HashMap<>();
        for (JsonNode topic : topics) {
            for (int partition = 0; partition < replicas.size(); partition++) {
                List<Integer> brokers = new ArrayList<>();
                replicas.get(partition).forEach(broker -> brokers.add(broker.asInt()));
                wanted.put(
                        new TopicPartition(topic.asText(), partition),
                        Optional.of(new NewPartitionReassignment(brokers)));
            }
        }
        client.alterPartitionReassignments(wanted).all().get();
        while (!client.listPartitionReassignments().reassignments().get().isEmpty()) {
            Thread.sleep(100);
        }
        Set<TopicPartition> moved = wanted.keySet();
        // "Election not needed" is what a partition says that is led by its first replica already.
        client.electLeaders(ElectionType.PREFERRED, moved).partitions().get();
    }

    /** Topic -> partition -> node id of its leader, -1 while it has none. */
    Map<String, Map<Integer, Integer>> leaders(JsonNode topics) throws Exception {
        List<String> names = new ArrayList<>();
        topics.forEach(name -> names.add(name.asText()));
        Map<String, Map<Integer, Integer>> found = new TreeMap<>();
        Map<String, TopicDescription> described =
                client.describeTopics(names).allTopicNames().get();
        described.forEach((name, topic) -> topic.partitions().forEach(item -> {
            Node leader = item.leader();
            found.computeIfAbsent(name, any -> new TreeMap<>())
                    .put(item.partition(), leader == null ? -1 : leader.id());
        }));
        return found;
    }
}
