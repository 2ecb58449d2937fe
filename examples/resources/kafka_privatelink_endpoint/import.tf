import {
  to = kafka_privatelink_endpoint.orders
  id = "vpce-0123456789abcdef0"
}
