output "bootstrap_servers" {
  value       = kafka_privatelink_endpoint.orders.bootstrap_servers
  description = "What clients set bootstrap.servers to."
}

output "advertised_listeners" {
  value       = kafka_privatelink.orders.advertised_listeners
  description = "What each broker must advertise, by node.id."
}
