import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.VoidDeserializer;
import org.apache.kafka.common.serialization.VoidSerializer;

/**
 * Produces numbers to every partition in turn and reads them back. Each partition must give each
 * acknowledged number once, and numbers must never go backwards.
 */
final class Stream {
    private final String name;
    private final String topic;
    private final int partitions;
    private final long pauseNanos;
    private final KafkaProducer<Void, Long> producer;
    private final KafkaConsumer<Void, Long> consumer;

    // What follows is guarded by this.
    private final long[] next;
    private final long[] last;
    private final long[] position;
    private final List<Set<Long>> acknowledgedNotRead = new ArrayList<>();
    private final List<Set<Long>> readNotAcknowledged = new ArrayList<>();
    private final TreeMap<Integer, Long> acknowledgedBy = new TreeMap<>();
    private final Deque<String> errors = new ArrayDeque<>();
    private long sent;
    private long acknowledged;
    private long failed;
    private long read;
    private long reread;
    private long disordered;
    private long worstNanos;
    private boolean paused = true;

    Stream(JsonNode settings) {
        name = settings.get("name").asText();
        topic = settings.get("topic").asText();
        partitions = settings.get("partitions").asInt();
        pauseNanos = 1_000_000_000L / settings.get("rate").asInt();
        next = new long[partitions];
        last = new long[partitions];
        position = new long[partitions];
        List<TopicPartition> assigned = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            acknowledgedNotRead.add(new HashSet<>());
            readNotAcknowledged.add(new HashSet<>());
            assigned.add(new TopicPartition(topic, partition));
            acknowledgedBy.put(partition, 0L);
        }
        producer = new KafkaProducer<>(
                Settings.of(settings.get("producer")), new VoidSerializer(), new LongSerializer());
        consumer = new KafkaConsumer<>(
                Settings.of(settings.get("consumer")),
                new VoidDeserializer(),
                new LongDeserializer());
        consumer.assign(assigned);
        consumer.seekToBeginning(assigned);
        daemon(this::produce, "produce");
        daemon(this::consume, "consume");
    }

    synchronized void go() {
        paused = false;
    }

    synchronized void pause() {
        paused = true;
    }

    /** Waits until everything sent is acknowledged or has failed, and all acknowledged is read. */
    void drain(long deadline) {
        while (System.currentTimeMillis() < deadline && !drained()) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    private synchronized boolean drained() {
        return sent == acknowledged + failed
                && acknowledgedNotRead.stream().allMatch(Set::isEmpty);
    }

    /** What happened since the last report that was an end; an end starts the count anew. */
    synchronized ObjectNode report(ObjectNode report, boolean end) {
        report.put("stream", name);
        report.put("sent", sent);
        report.put("acknowledged", acknowledged);
        report.put("failed", failed);
        report.put("pending", sent - acknowledged - failed);
        report.put("lost", acknowledgedNotRead.stream().mapToLong(Set::size).sum());
        report.put("disordered", disordered);
        report.put("read", read);
        report.put("reread", reread);
        report.put("worst_ms", worstNanos / 1_000_000);
        ObjectNode partition = report.putObject("acknowledged_by_partition");
        acknowledgedBy.forEach((number, count) -> partition.put(String.valueOf(number), count));
        errors.forEach(report.withArray("errors")::add);
        if (end) {
            sent = acknowledged = failed = read = reread = disordered = worstNanos = 0;
            acknowledgedNotRead.forEach(Set::clear);
            acknowledgedBy.replaceAll((number, count) -> 0L);
            errors.clear();
        }
        return report;
    }

    private void produce() {
        for (int turn = 0; ; turn = (turn + 1) % partitions) {
            LockSupport.parkNanos(pauseNanos);
            int partition = turn;
            long number;
            synchronized (this) {
                if (paused) {
                    continue;
                }
                number = ++next[partition];
                sent++;
            }
            long began = System.nanoTime();
            producer.send(
                    new ProducerRecord<>(topic, partition, null, number),
                    (metadata, error) -> answered(partition, number, began, error));
        }
    }

    private synchronized void answered(int partition, long number, long began, Exception error) {
        worstNanos = Math.max(worstNanos, System.nanoTime() - began);
        if (error != null) {
            failed++;
            complain("produce: " + error);
            return;
        }
        acknowledged++;
        acknowledgedBy.merge(partition, 1L, Long::sum);
        if (!readNotAcknowledged.get(partition).remove(number)) {
            acknowledgedNotRead.get(partition).add(number);
        }
    }

    private void consume() {
        while (true) {
            try {
                consumer.poll(Duration.ofMillis(200)).forEach(this::received);
            } catch (RuntimeException error) {
                synchronized (this) {
                    complain("consume: " + error);
                }
            }
        }
    }

    private synchronized void received(ConsumerRecord<Void, Long> record) {
        int partition = record.partition();
        long number = record.value();
        read++;
        if (record.offset() < position[partition]) {
            // One record of the log, handed out twice by the client: not two records.
            reread++;
            return;
        }
        position[partition] = record.offset() + 1;
        if (number <= last[partition]) {
            disordered++;
            complain("partition " + partition + " gave " + number + " after " + last[partition]);
            return;
        }
        last[partition] = number;
        if (!acknowledgedNotRead.get(partition).remove(number)) {
            readNotAcknowledged.get(partition).add(number);
        }
    }

    private void complain(String text) {
        errors.addLast(text);
        if (errors.size() > 5) {
            errors.removeFirst();
        }
    }

    private void daemon(Runnable work, String what) {
        Thread thread = new Thread(work, what + " " + name);
        thread.setDaemon(true);
        thread.start();
    }
}
