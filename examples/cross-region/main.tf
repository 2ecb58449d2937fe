resource "kafka_privatelink" "orders" {
  name     = "orders"
  hostname = var.hostname
  brokers  = { for id, address in var.brokers : id => { target = address } }

  load_balancer = {
    subnet_ids = var.kafka_subnet_ids
  }

  endpoint_service = {
    allowed_principals  = ["arn:aws:iam::${var.account_id}:root"]
    supported_regions   = [var.consumer_region]
    acceptance_required = false

    # The plan of a destroy cannot know that the endpoint below goes first, by the same destroy.
    on_destroy = "reject_connections"
  }
}

resource "kafka_privatelink_endpoint" "orders" {
  region = var.consumer_region

  name           = "orders"
  service_name   = kafka_privatelink.orders.service_name
  service_region = var.region
  hostname       = kafka_privatelink.orders.hostname
  bootstrap_port = kafka_privatelink.orders.bootstrap_port
  broker_ports   = [for broker in kafka_privatelink.orders.brokers : broker.port]

  vpc_id     = var.client_vpc_id
  subnet_ids = var.client_subnet_ids
}
