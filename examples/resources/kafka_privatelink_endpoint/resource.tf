resource "kafka_privatelink_endpoint" "orders" {
  name         = "orders"
  service_name = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0" # from the service's owner
  hostname     = "kafka.test.com"                                          # every broker advertises it
  broker_ports = [6001, 6002, 6003]

  vpc_id     = "vpc-0c1"
  subnet_ids = ["subnet-0c1", "subnet-0c2"] # in zones that the service serves

  wait_for_acceptance = true # the owner accepts while this apply runs
}
