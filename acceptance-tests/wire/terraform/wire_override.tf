# What some scenarios change of examples/complete; without these variables nothing differs from it.

locals {
  # A port that is moving is known to the resource alone.
  advertised_listeners = merge(
    provider::kafka::advertised_listeners(
      var.hostname, local.broker_port_base, [for id in keys(var.brokers) : tonumber(id)]
    ),
    { for id, moved in var.moved_ports : id => "${var.hostname}:${moved.port}" },
  )
}

resource "kafka_privatelink" "orders" {
  brokers = {
    for id, address in var.brokers : id => {
      target           = address
      port             = try(var.moved_ports[id].port, null)
      additional_ports = try(var.moved_ports[id].additional_ports, null)
    }
  }

  endpoint_service = {
    allowed_principals = var.allowed_principals
    on_destroy         = var.on_destroy
  }
}
