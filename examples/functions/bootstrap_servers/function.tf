# "kafka.test.com:9091"
output "bootstrap_servers" {
  value = provider::kafka::bootstrap_servers("kafka.test.com", 9091)
}
