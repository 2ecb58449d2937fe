output "bootstrap_servers" {
  value       = kafka_privatelink_endpoint.orders.bootstrap_servers
  description = "What clients set bootstrap.servers to."
}
