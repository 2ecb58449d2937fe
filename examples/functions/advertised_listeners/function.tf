# { "1" = "kafka.test.com:6001", "2" = "kafka.test.com:6002", "3" = "kafka.test.com:6003" }
output "advertised_listeners" {
  value = provider::kafka::advertised_listeners("kafka.test.com", 6000, [1, 2, 3])
}
