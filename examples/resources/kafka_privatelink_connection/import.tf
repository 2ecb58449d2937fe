import {
  to = kafka_privatelink_connection.approved["billing"]
  id = "vpce-svc-0123456789abcdef0,vpce-0123456789abcdef0"
}
