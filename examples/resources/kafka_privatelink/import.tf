# The service, and the interface endpoint if that is to be taken over too.
import {
  to = kafka_privatelink.orders
  id = "vpce-svc-0123456789abcdef0,vpce-0123456789abcdef0"
}
