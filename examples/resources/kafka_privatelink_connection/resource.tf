# Endpoints that the Kafka team has approved.
locals {
  approved = {
    billing   = "vpce-0123456789abcdef0"
    reporting = "vpce-0fedcba9876543210"
  }
}

resource "kafka_privatelink_connection" "approved" {
  for_each = local.approved

  service_id  = "vpce-svc-0123456789abcdef0" # id of a kafka_privatelink
  endpoint_id = each.value
}
