# A path that another configuration manages.
data "kafka_privatelink" "orders" {
  name = "orders"
}

output "advertised_listeners" {
  value = data.kafka_privatelink.orders.advertised_listeners
}

# Who waits to be accepted, and from which account.
output "waiting" {
  value = {
    for connection in data.kafka_privatelink.orders.connections :
    connection.endpoint_id => connection.owner if connection.state == "pendingAcceptance"
  }
}

# Each plan and apply warns while a broker is not healthy (Terraform 1.5, OpenTofu 1.5).
check "every_broker_is_healthy" {
  data "kafka_privatelink" "now" {
    name = "orders"
  }

  assert {
    condition = alltrue([
      for broker in data.kafka_privatelink.now.brokers :
      length(broker.health) > 0 && alltrue([for it in broker.health : it.state == "healthy"])
    ])
    error_message = "Not healthy: ${join("; ", flatten([
      for id, broker in data.kafka_privatelink.now.brokers : [
        for it in broker.health : "broker ${id} at ${it.target} is ${it.state} (${it.reason})"
        if it.state != "healthy"
      ]
    ]))}."
  }
}
