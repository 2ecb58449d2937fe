output "bootstrap_servers" {
  description = "Where clients begin."
  value       = kafka_privatelink.orders.bootstrap_servers
}

output "advertised_listeners" {
  description = "How clients reach each broker, by node.id."
  value       = kafka_privatelink.orders.advertised_listeners
}

output "broker_properties" {
  description = "What each broker's server.properties must say of its PRIVATELINK listener, by node.id."
  value = { for id, listener in local.advertised_listeners : id => <<-EOT
    listeners=INTERNAL://:9092,PRIVATELINK://:9094
    advertised.listeners=INTERNAL://${var.brokers[id]}:9092,PRIVATELINK://${listener}
    listener.security.protocol.map=CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,PRIVATELINK:PLAINTEXT
    inter.broker.listener.name=INTERNAL
  EOT
  }
}

output "service_name" {
  description = "What consumers in other accounts create their endpoint for."
  value       = kafka_privatelink.orders.service_name
}

output "load_balancer_security_group_id" {
  description = "Allow this group on the brokers' port 9094."
  value       = kafka_privatelink.orders.load_balancer_security_group_id
}
