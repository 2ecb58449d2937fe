# What a broker advertises is known before anything is built, so that the brokers can be started
# from `local.advertised_listeners` without waiting for the path, which in turn needs the brokers.
locals {
  bootstrap_port   = 9091
  broker_port_base = 6000

  advertised_listeners = provider::kafka::advertised_listeners(
    var.hostname, local.broker_port_base, [for id in keys(var.brokers) : tonumber(id)]
  )
}

resource "kafka_privatelink" "orders" {
  name             = "orders"
  hostname         = var.hostname
  bootstrap_port   = local.bootstrap_port
  broker_port_base = local.broker_port_base

  brokers = { for id, address in var.brokers : id => { target = address } }

  load_balancer = {
    subnet_ids = var.kafka_subnet_ids
  }

  target_group = {
    port = 9094 # the brokers' PRIVATELINK listener, see outputs.tf
  }

  endpoint_service = {
    allowed_principals = var.allowed_principals
  }

  endpoint = {
    vpc_id     = var.client_vpc_id
    subnet_ids = var.client_subnet_ids
  }
}
